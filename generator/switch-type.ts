// What bytes hold, told by a value before them: `switch:` with its cases.
import { caseEntries, caseValues, ELSE, isListType, listNamed } from "./cases.js";
import { labelFor } from "./enums.js";
import { type Expression, parseExpression, type Scope } from "./expression.js";
import type { TypeContext } from "./element-type.js";
import type { CaseModel, StructModel, SwitchModel } from "./layout.js";
import { camelCase } from "./names.js";
import { type Entry, impliedScalar, keyText, type MapNode, type Node, valueOf } from "./nodes.js";
import { showRange } from "./range.js";

/** The cases of a switch, each with the structure it leads to. `undefined` when one of them is wrong, which was told. */
export function buildSwitch(map: MapNode, scope: Scope, context: TypeContext): SwitchModel | undefined {
  const { diagnostics } = context;
  const on = valueOf(map, "switch");
  const expression = on?.kind === "scalar" ? parseExpression(on, scope, diagnostics) : undefined;
  if (on === undefined || expression === undefined || !isNumber(expression, on, context)) return undefined;
  const entries = caseEntries(map);
  if (entries.length === 0) {
    diagnostics.error("switch-no-cases", on.span, "a switch needs cases: a value, and what it leads to");
    return undefined;
  }
  const cases = new Map<string, CaseModel>();
  let otherwise: CaseModel | undefined;
  const taken: Taken[] = [];
  let complete = true;
  for (const entry of entries) {
    const struct = caseTarget(entry.value, context);
    complete &&= struct !== undefined && isFree(entry, expression, taken, context);
    if (struct === undefined) continue;
    const values = caseValues(entry.key);
    if (values === undefined) {
      otherwise = { values: [], member: ELSE, struct };
      continue;
    }
    const member = caseMember(values, expression, struct);
    const earlier = cases.get(`${member} ${struct.name}`)?.values ?? [];
    cases.set(`${member} ${struct.name}`, { values: [...earlier, values], member, struct });
  }
  if (!complete) return undefined;
  return { on: expression, cases: [...cases.values()], ...(otherwise === undefined ? {} : { otherwise }) };
}

/** A case is called as its value is in the enum of the field that chooses; else as what it leads to. */
function caseMember(values: readonly [number, number], on: Expression, struct: StructModel): string {
  const names = on.op === "field" ? on.field.enum : undefined;
  const label = names && labelFor(names, values);
  return camelCase(label ?? struct.caseName ?? struct.name);
}

/** A value that always holds the same. */
export function buildPlainValue(node: Node, context: TypeContext): SwitchModel | undefined {
  const struct = caseTarget(node, context);
  if (struct === undefined) return undefined;
  const on: Expression = {
    op: "number",
    value: 0,
    range: { min: 0, max: 0, step: 0 },
    isFlag: false,
    size: 1,
  };
  return { on, cases: [], otherwise: { values: [], member: "value", struct } };
}

function isNumber({ isFlag, range }: Expression, on: Node, { diagnostics }: TypeContext): boolean {
  if (!isFlag && range.min >= 0) return true;
  const why = isFlag ? "a condition; write `x ? 1 : 0`" : `${showRange(range)}, and so can be negative`;
  diagnostics.error("switch-number", on.span, `a switch is over a number from 0 on; this is ${why}`);
  return false;
}

interface Taken {
  readonly min: number;
  readonly max: number;
  readonly entry: Entry;
}

/** Each value leads to one case, and can occur. */
function isFree(entry: Entry, { range }: Expression, taken: Taken[], { diagnostics }: TypeContext): boolean {
  const values = caseValues(entry.key);
  if (values === undefined) return true;
  const [min, max] = values;
  const { span } = entry.key;
  if (min > max) {
    diagnostics.error("switch-range-empty", span, `the range ${keyText(entry)} is empty`);
    return false;
  }
  if (max > range.max || min < range.min) {
    const message = `${keyText(entry)} cannot occur: the switch is over ${showRange(range)}`;
    diagnostics.error("switch-range-outside", span, message);
    return false;
  }
  const clash = taken.find((one) => one.min <= max && min <= one.max);
  if (clash !== undefined) {
    const message = `${keyText(entry)} is a case already`;
    diagnostics.error("switch-twice", span, message, [
      { message: "the first is here", span: clash.entry.key.span },
    ]);
    return false;
  }
  taken.push({ min, max, entry });
  return true;
}

/** A type by its name, a structure described in place, or a list that takes all of the value. */
function caseTarget(node: Node, context: TypeContext): StructModel | undefined {
  const name = listNamed(node) ?? node;
  if (name.kind === "scalar") {
    const definition = context.definitions.struct(name, context.definition, context.diagnostics);
    if (definition !== undefined && isListType(definition.node)) return context.list(definition);
    if (definition === undefined || name === node) {
      return definition && context.struct(definition, name, context.scope);
    }
    const message = `${definition.name} is no list: its type has no \`tag\``;
    context.diagnostics.error("not-a-list", name.span, message);
    return undefined;
  }
  const inline = node.kind === "map" ? context.definitions.inline(node, context.definition) : undefined;
  return inline && context.struct(inline, impliedScalar(inline.name, node.span), context.scope);
}
