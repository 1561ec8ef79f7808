// A module as prettier writes it, in pieces: those that we know the form of are done, the others wait for prettier.
import { ts } from "./ts-morph.js";
import { StatementStyle } from "./style-statement.js";
import { LEFT_TO_PRETTIER, PRINT_WIDTH } from "./style-width.js";

/** A run of lines of a module, either final or as it was emitted. */
export interface Piece {
  readonly text: string;
  /** Unset: the text is final. A member is formatted inside a class. */
  readonly rough?: "statement" | "member";
}

/**
 * Prettier takes half of a run's time, and most of what we emit is of a few simple forms. Those are written here, to
 * the same letter; what has another form, or does not fit on its line, is left to prettier.
 */
export function modulePieces(source: ts.SourceFile): Piece[] {
  return new ModuleStyle(source).pieces();
}

/** Lines of which each is a short statement, a comment, or an import or export with its names in braces. */
export function linePieces(all: readonly string[]): Piece[] {
  return all.map((line) => ({ text: `${line.length <= PRINT_WIDTH ? line : openBraces(line)}\n` }));
}

/** Each name on a line of its own. */
function openBraces(line: string): string {
  return line.replace(/\{ (.*) \}/, (_, names: string) => `{\n  ${names.replaceAll(", ", ",\n  ")},\n}`);
}

class ModuleStyle {
  private readonly source: ts.SourceFile;
  private readonly statements: StatementStyle;

  constructor(source: ts.SourceFile) {
    this.source = source;
    this.statements = new StatementStyle(source);
  }

  pieces(): Piece[] {
    const { statements, text } = this.source;
    const pieces = attempt(() => this.sequence(statements, (one) => this.statement(one), text.length));
    return pieces ?? [{ text, rough: "statement" }];
  }

  private statement(node: ts.Statement): Piece[] {
    return (
      attempt(() => (ts.isClassDeclaration(node) ? this.classPieces(node) : this.done(node, ""))) ?? [
        { text: this.textOf(node), rough: "statement" },
      ]
    );
  }

  private classPieces(node: ts.ClassDeclaration): Piece[] {
    if (node.typeParameters !== undefined || node.members.length === 0) throw LEFT_TO_PRETTIER;
    const head = [...this.statements.comments(node, ""), `${this.classHead(node)} {`];
    const members = this.sequence(node.members, (member) => this.member(member), node.end - 1);
    return [{ text: lines(head) }, ...members, { text: "}\n" }];
  }

  private classHead({ modifiers, name, heritageClauses }: ts.ClassDeclaration): string {
    const words = (modifiers ?? []).map((modifier) =>
      this.source.text.slice(modifier.getStart(this.source), modifier.end),
    );
    const bases = (heritageClauses ?? []).flatMap(({ token, types }) => {
      return types.map(({ expression }) => ({ token, expression }));
    });
    const [base, more] = bases;
    if (more !== undefined || name === undefined) throw LEFT_TO_PRETTIER;
    if (base === undefined) return [...words, "class", name.text].join(" ");
    if (base.token !== ts.SyntaxKind.ExtendsKeyword || !ts.isIdentifier(base.expression)) {
      throw LEFT_TO_PRETTIER;
    }
    return [...words, "class", name.text, "extends", base.expression.text].join(" ");
  }

  private member(node: ts.ClassElement): Piece[] {
    return attempt(() => this.done(node, "  ")) ?? [{ text: this.textOf(node), rough: "member" }];
  }

  private done(node: ts.Statement | ts.ClassElement, indent: string): Piece[] {
    return [{ text: lines(this.statements.lines(node, indent)) }];
  }

  private textOf(node: ts.Node): string {
    return this.source.text.slice(node.pos, node.end);
  }

  /** Nodes in their order, with the empty lines between them. A comment that belongs to none is prettier's to place. */
  private sequence<T extends ts.Node>(
    nodes: readonly T[],
    piecesOf: (node: T) => Piece[],
    end: number,
  ): Piece[] {
    const { text } = this.source;
    const rest = text.slice(nodes.at(-1)?.end ?? 0, end);
    if (rest.trim() !== "") throw LEFT_TO_PRETTIER;
    return nodes.flatMap((node, index) => {
      if (ts.getTrailingCommentRanges(text, node.end) !== undefined) throw LEFT_TO_PRETTIER;
      const apart = index < nodes.length - 1 && this.statements.isFollowedByEmptyLine(node);
      return apart ? [...piecesOf(node), { text: "\n" }] : piecesOf(node);
    });
  }
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error === LEFT_TO_PRETTIER) return undefined;
    throw error;
  }
}
