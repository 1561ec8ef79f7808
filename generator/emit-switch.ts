// What a switch leads to: an accessor for each case, and one for whichever it is.
import type { GetAccessorDeclarationStructure, OptionalKind, PropertyDeclarationStructure } from "ts-morph";
import { describe } from "./docs.js";
import { expressionCode, type Spelling, THROUGH_ACCESSORS } from "./emit-expression.js";
import { OVERRIDE } from "./emit-override.js";
import { cursorCode, cursorProperty, isMadeLater, overCode, parkCode, passDepth } from "./emit-recursion.js";
import type { CaseModel, StructModel, SwitchModel } from "./layout.js";
import { allCases, chosenMember, cursorName } from "./members.js";
import { camelCase } from "./names.js";
import { passBase } from "./emit-names.js";

/** Where the bytes lie that a switch is about. */
export interface Chosen {
  readonly model: SwitchModel;
  /** The field's accessor; none: an element's value. */
  readonly member?: string;
  /** Expressions for the first byte and for one past the last. */
  readonly start: string;
  readonly end: string;
  /** The structure that the bytes are part of. */
  readonly outer: StructModel;
  /** Its length was worked out by wrapping it: it fits. */
  readonly isSure: boolean;
}

/** One cursor a kind of value. */
export function caseProperties(
  model: SwitchModel,
  outer: StructModel,
  member?: string,
): OptionalKind<PropertyDeclarationStructure>[] {
  return structsOf(model).map((struct) => cursorProperty(cursorName(struct, member), struct, outer));
}

/** Statements that park them. */
export function parkCases(model: SwitchModel, outer: StructModel, member?: string): string[] {
  return structsOf(model).map((struct) => parkCode(cursorName(struct, member), isMadeLater(struct, outer)));
}

function structsOf(model: SwitchModel): StructModel[] {
  return [...new Set(allCases(model).map(({ struct }) => struct))];
}

/** `asMss`: the value as one of the cases. A value that is always the same needs none. */
export function caseGetters(chosen: Chosen): OptionalKind<GetAccessorDeclarationStructure>[] {
  const { model, member } = chosen;
  if (model.cases.length === 0) return [];
  return allCases(model).map((one) => ({
    name: chosenMember(one, member),
    returnType: `${one.struct.className} | undefined`,
    docs: [
      `${describe(one.struct.name, one.struct)} Moved by each call; \`undefined\` where it is another, or does not fit: \`${faultMember(chosen)}\` then tells why.`,
    ],
    statements: [`if (${differs(one, model)}) return undefined;`, ...take(one, chosen)],
  }));
}

/** What TypeScript tells the classes of a switch apart by. */
export function caseNameGetter({ caseName }: StructModel): OptionalKind<GetAccessorDeclarationStructure>[] {
  if (caseName === undefined) return [];
  const name = JSON.stringify(camelCase(caseName));
  const docs = ["Which case of a switch it is."];
  return [{ name: "case", returnType: name, docs, statements: [`return ${name};`] }];
}

/** The value, whichever it is. */
export function valueGetter(chosen: Chosen, doc?: string): OptionalKind<GetAccessorDeclarationStructure> {
  const { model, member } = chosen;
  const { cases, otherwise } = model;
  const isOnly = cases.length === 0;
  const classes = new Set(allCases(model).map(({ struct }) => struct.className));
  if (!isOnly || !chosen.isSure) classes.add("undefined");
  const rest = otherwise === undefined ? "undefined" : `this.${chosenMember(otherwise, member)}`;
  return {
    name: member ?? "value",
    ...(member === undefined ? { leadingTrivia: OVERRIDE } : {}),
    ...(doc === undefined ? {} : { docs: [doc] }),
    returnType: [...classes].join(" | "),
    statements:
      isOnly && otherwise !== undefined
        ? take(otherwise, chosen)
        : [
            ...cases.map(
              (one) =>
                `if (${matches(one, model, THROUGH_ACCESSORS)}) return this.${chosenMember(one, member)};`,
            ),
            `return ${rest};`,
          ],
  };
}

function faultMember({ member }: Chosen): string {
  return member === undefined ? "valueFault" : `${member}Fault`;
}

/** Statements that put a case's cursor on the value. A list is walked later, and fits in any case. */
function take(one: CaseModel, chosen: Chosen): string[] {
  const { member, start, end, isSure, outer } = chosen;
  const name = cursorName(one.struct, member);
  const isLater = isMadeLater(one.struct, outer);
  const cursor = isLater ? "cursor" : `this.${name}`;
  const base = [
    ...(isLater ? [`const cursor = ${cursorCode(name, one.struct, outer)};`] : []),
    ...passBase(one.struct, cursor, outer),
    ...passDepth(one.struct, cursor, outer),
  ];
  if (one.struct.list !== undefined) {
    return [...base, `return ${overCode(one.struct, cursor, `${start}, ${end}`, outer)};`];
  }
  const fault = `this.${faultMember(chosen)}`;
  const wrap = `${fault} = ${cursor}.wrap(${start}, ${end});`;
  const sure = isSure && chosen.model.cases.length === 0;
  return [...base, wrap, sure ? `return ${cursor};` : `return ${fault} === 0 ? ${cursor} : undefined;`];
}

/** The condition under which a case is the one. */
export function matches(one: CaseModel, { on }: SwitchModel, spelling: Spelling): string {
  const value = expressionCode(on, spelling);
  const tests = one.values.map(([min, max]) =>
    min === max ? `${value} === ${min}` : `(${value} >= ${min} && ${value} <= ${max})`,
  );
  return tests.join(" || ");
}

function differs(one: CaseModel, model: SwitchModel): string {
  if (one === model.otherwise) {
    return model.cases.map((other) => `(${matches(other, model, THROUGH_ACCESSORS)})`).join(" || ");
  }
  const [first, second] = one.values;
  if (first !== undefined && second === undefined && first[0] === first[1]) {
    return `${expressionCode(model.on, THROUGH_ACCESSORS)} !== ${first[0]}`;
  }
  return `!(${matches(one, model, THROUGH_ACCESSORS)})`;
}
