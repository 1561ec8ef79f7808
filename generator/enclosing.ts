// What a structure that is described in place may name of the one around it.
import { told } from "./conditions.js";
import { type Expression, fieldsOf, type Scope } from "./expression.js";
import type { FieldModel } from "./layout.js";

/** A field around a structure: how many structures further out, as accessors have it, and when it is there. */
export interface EnclosingField {
  readonly path: string;
  readonly field: FieldModel;
  /** `unknown`: that depends on what is not known inside. */
  readonly when: Expression | "unknown" | undefined;
}

/** The fields and values around a structure, as its own expressions see them. */
export interface Enclosing {
  /** The class of the structure around it. */
  readonly className: string;
  /** Whether what has that name was refused, so that naming it is no second error. */
  isBroken(name: string): boolean;
  /** Names that can be used, for a hint. */
  readonly names: readonly string[];
  /** Conditions that hold wherever the structure is. */
  readonly held: readonly Expression[];
  /** `undefined` where there is no such field, or the structure has its own of that name. */
  field(name: string): EnclosingField | undefined;
  /** What a value of `let:` is worked out from. */
  value(name: string): Expression | undefined;
}

/** Of a structure whose surroundings were refused, which was told. */
export const UNKNOWN_AROUND: Enclosing = {
  className: "",
  isBroken: () => true,
  names: [],
  held: [],
  field: () => undefined,
  value: () => undefined,
};

/** What is learned of two structures, one in the other, while the inner one is built. */
export interface Sharing {
  /** The class of the outer one. */
  readonly className: string;
  /** Names of the inner one's own, which hide others. */
  readonly own: ReadonlySet<string>;
  /** Is told of the outer one's fields that the inner one depends on; of none, where it depends on what is further out. */
  readonly use: (fields: ReadonlySet<FieldModel>) => void;
}

/** What `scope`, that of the outer structure, is to the inner one. */
export function enclosingOf(scope: Scope, { className, own, use }: Sharing): Enclosing {
  const further = scope.enclosing;
  const lift = (expression: Expression): Expression | undefined => lifted(expression, own);
  const conditions = [...(scope.held === undefined ? [] : told(scope.held, true)), ...(further?.held ?? [])];
  const names = [...scope.fields.keys(), ...scope.lets.keys(), ...(further?.names ?? [])];
  return {
    className,
    isBroken: (name) => scope.broken.has(name) || further?.isBroken(name) === true,
    names: names.filter((name) => !own.has(name)),
    held: conditions.flatMap((one) => lift(one) ?? []),
    field(name) {
      if (own.has(name) || scope.lets.has(name)) return undefined;
      const field = scope.fields.get(name);
      const found: EnclosingField | undefined =
        field === undefined ? further?.field(name) : { path: "", field, when: field.when };
      if (found === undefined) return undefined;
      use(new Set(field === undefined ? [] : [field]));
      const when =
        found.when === undefined || found.when === "unknown" ? found.when : (lift(found.when) ?? "unknown");
      return { ...found, path: outward(found.path), when };
    },
    value(name) {
      if (own.has(name) || scope.fields.has(name)) return undefined;
      const found = scope.lets.get(name)?.value ?? further?.value(name);
      const value = found && lift(found);
      if (found !== undefined && value !== undefined) use(fieldsOf(found));
      return value;
    },
  };
}

function outward(path: string): string {
  return path === "" ? "enclosing" : `enclosing.${path}`;
}

/** An expression of the outer structure, in the inner one; `undefined` where it asks for the outer one's end, or a sum. */
function lifted(expression: Expression, own: ReadonlySet<string>): Expression | undefined {
  const lift = (part: Expression): Expression | undefined => lifted(part, own);
  switch (expression.op) {
    case "number":
      return expression;
    case "end":
    case "sum":
      return undefined;
    case "field":
    case "enclosing": {
      const { field } = expression;
      const [path, name] = expression.op === "field" ? ["", field.name] : [expression.path, expression.name];
      const shown = own.has(name) ? `${name} around it` : name;
      return { ...expression, op: "enclosing", path: outward(path), name: shown };
    }
    case "let": {
      const value = lift(expression.value.value);
      return value && { ...value, range: expression.range };
    }
    case "not":
    case "negate": {
      const operand = lift(expression.operand);
      return operand && { ...expression, operand };
    }
    case "binary": {
      const [left, right] = [lift(expression.left), lift(expression.right)];
      return left && right && { ...expression, left, right };
    }
    case "choose": {
      const [test, yes, no] = [lift(expression.test), lift(expression.yes), lift(expression.no)];
      return test && yes && no && { ...expression, test, yes, no };
    }
  }
}
