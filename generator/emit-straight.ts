// The way that most packets go, in one piece: their headers one inside the other, as one would write it by hand for them
// alone. V8 inlines no function of more than 460 bytes of bytecode, and 920 in all into one loop; calls from header to
// header would leave the choice of what it inlines to the order in which it met them.
import type { Onward, Straight } from "./emit-choice.js";
import { canBeFused, fuse, withPresence } from "./emit-enter.js";
import { maskedTest } from "./emit-fit.js";
import type { FieldModel } from "./layout.js";
import { pascalCase } from "./names.js";
import type { Layer, StackPlan } from "./stack-plan.js";

/** So many headers: with a fourth the method would be too long to be inlined. */
const MAX_HEADERS = 3;

/** Where a header stands among those around it. */
interface Within {
  readonly count: number;
  readonly presence: number;
  readonly hasView: boolean;
  /** The header around it has seen that its fixed part fits, too. */
  readonly fits: boolean;
  /** What its locals are called. */
  readonly local: (name: string) => string;
}

/**
 * Statements that move the cursors over what lies between `offset` and `end`, and return the fault. They come to their
 * end where another header follows the first, and where one does not fit or breaks a rule: the headers' own methods then
 * find it. No way that they come to their end may meet one that returns: V8 would forget where it put the cursors.
 */
export function straightStatements(start: Layer, plan: StackPlan): string[] {
  if (!canBeFused(start, plan)) return [];
  const local = localsOf(start, "offset", "end");
  return headerStatements(start, plan, { count: 1, presence: 0, hasView: false, fits: false, local });
}

function headerStatements(layer: Layer, plan: StackPlan, within: Within): string[] {
  const { struct } = layer;
  const { move, size, read, fields, tests, on } = fuse(layer, plan);
  const presence = within.presence | layer.presence;
  const straight = nextOf(on, plan, within);
  // A header of fixed length that another follows fits when that one's fixed part does.
  const both = straight !== undefined && struct.headerLength === undefined && straight.limit === "end";
  const needed = within.hasView ? read.filter((code) => code !== VIEW) : read;
  const spell = renaming([...move, ...needed, ...on.before], within.local);
  const here = {
    count: within.count + 1,
    presence,
    hasView: within.hasView || read.includes(VIEW),
    fits: both,
    local: spell,
  };
  const inside = shorten(
    on.before.map(spell),
    straight === undefined
      ? [`return this.settled(${spell(withPresence(on.found, presence))});`]
      : nextStatements(layer, straight, plan, fields, here),
  );
  const tested = tests.length === 0 ? inside : [`if (${spell(tests.join(" && "))}) {`, ...inside, "}"];
  const fitting = shorten(needed.map(spell), tested);
  const least = `${size} >= ${struct.size + (both ? straight.layer.struct.size : 0)}`;
  const isKnown = within.fits && !both;
  return shorten(move.map(spell), isKnown ? fitting : [`if (${spell(least)}) {`, ...fitting, "}"]);
}

const VIEW = "const view = this.view;";

function nextOf({ straight }: Onward, plan: StackPlan, { count }: Within): Straight | undefined {
  return straight !== undefined && count < MAX_HEADERS && canBeFused(straight.layer, plan)
    ? straight
    : undefined;
}

/** The next header, or whatever else follows. */
function nextStatements(
  { struct }: Layer,
  { layer, tests, same, start, limit, otherwise }: Straight,
  plan: StackPlan,
  fields: readonly FieldModel[],
  within: Within,
): string[] {
  const spell = within.local;
  // One header is soon read again.
  const isFirst = within.count === 2;
  const isName = /^\w+$/.test(limit);
  const local = localsOf(layer, undefined, isName ? spell(limit) : undefined);
  return [
    `if (${spell(maskedTest(same, fields, struct) ?? tests.join(" && "))}) {`,
    `const ${local("offset")} = ${spell(start)};`,
    ...(isName ? [] : [`const ${local("end")} = ${spell(limit)};`]),
    ...headerStatements(layer, plan, { ...within, local }),
    ...(isFirst
      ? []
      : ["} else {", `return this.settled(${spell(withPresence(otherwise, within.presence))});`]),
    "}",
  ];
}

/** `ipv4Room`; where it starts and ends may be what another header, or `decode` itself, has a name for. */
function localsOf({ member }: Layer, offset: string | undefined, end: string | undefined) {
  return (name: string): string =>
    (name === "offset" ? offset : name === "end" ? end : undefined) ?? `${member}${pascalCase(name)}`;
}

/** Puts the names that a header has for its locals; members keep theirs. */
function renaming(statements: readonly string[], local: (name: string) => string): (code: string) => string {
  const declared = statements.flatMap((code) => declaredName(code) ?? []);
  const names = ["offset", "end", ...declared].filter((name) => name !== "view");
  const pattern = new RegExp(`(?<![\\w.$])(?:${names.join("|")})\\b`, "g");
  return (code) => code.replace(pattern, local);
}

function declaredName(code: string): string | undefined {
  return /^const (\w+) =/.exec(code)?.[1];
}

/** Constants before the statements that use them: those without a use go, and what is used once and reads nothing moves. */
function shorten(constants: readonly string[], statements: readonly string[]): string[] {
  return constants.reduceRight<string[]>(
    (after, constant) => {
      const name = declaredName(constant);
      if (name === undefined) return [constant, ...after];
      const value = constant.slice(`const ${name} = `.length, -1);
      const use = new RegExp(`(?<![\\w.$])${name}\\b`, "g");
      const uses = after.flatMap((code) => [...code.matchAll(use)]).length;
      if (uses === 0) return after;
      if (uses > 1 || name === "view" || /[.(?]/.test(value.replaceAll(/\(\w+ (?:<<|>>>) \d+\)/g, ""))) {
        return [constant, ...after];
      }
      const alone = new RegExp(`(?<=\\[|= )${name}(?=[\\];])`, "g");
      return after.map((code) => code.replace(alone, value).replace(use, `(${value})`));
    },
    [...statements],
  );
}
