import type {
  GetAccessorDeclarationStructure,
  OptionalKind,
  SetAccessorDeclarationStructure,
} from "ts-morph";
import { describe } from "./docs.js";
import { expressionCode, THROUGH_ACCESSORS } from "./emit-expression.js";
import { OVERRIDE } from "./emit-override.js";
import { invert } from "./invert.js";
import type { LetModel } from "./layout.js";

/** What a value that is not on the wire adds to its class. */
export interface LetAccessors {
  readonly getters: OptionalKind<GetAccessorDeclarationStructure>[];
  readonly setters: OptionalKind<SetAccessorDeclarationStructure>[];
}

/** A getter, and a setter where the expression can be undone: `header_length` sets `ihl`. */
export function letAccessors(value: LetModel): LetAccessors {
  const setters = letSetter(value);
  if (value.member !== "headerLength") return { getters: [letGetter(value, setters.length > 0)], setters };
  return setters.length === 0 ? { getters: [], setters } : { getters: [headerLengthGetter()], setters };
}

/** A setter alone would hide the getter of `Header`. */
function headerLengthGetter(): OptionalKind<GetAccessorDeclarationStructure> {
  return {
    name: "headerLength",
    leadingTrivia: OVERRIDE,
    returnType: "number",
    statements: ["return super.headerLength;"],
  };
}

function letGetter(
  { name, member, value, doc, source }: LetModel,
  isWritable: boolean,
): OptionalKind<GetAccessorDeclarationStructure> {
  const what = describe(`Worked out: ${name}`, {
    ...(doc === undefined ? {} : { doc }),
    ...(source === undefined ? {} : { source }),
  });
  const fields = invert(value)?.map(({ field }) => field.name) ?? [];
  const docs = [isWritable ? `${what} Setting it sets ${fields.join(" and ")}.` : what];
  const statements = [`return ${expressionCode(value, THROUGH_ACCESSORS)};`];
  return { name: member, returnType: value.isFlag ? "boolean" : "number", docs, statements };
}

/** More than one field is written only when the whole value is a number that they can share. */
function letSetter({ name, member, value }: LetModel): OptionalKind<SetAccessorDeclarationStructure>[] {
  const assignments = invert(value);
  if (assignments === undefined) return [];
  const { min, max } = value.range;
  const shared = `if (!Number.isInteger(value)) throw this.namedValueError(${JSON.stringify(name)}, value, ${min}, ${max});`;
  const statements = [
    ...(assignments.length > 1 ? [shared] : []),
    ...assignments.map(({ field, code }) => `this.${field.member} = ${code};`),
  ];
  return [
    {
      name: member,
      ...(member === "headerLength" ? { leadingTrivia: OVERRIDE } : {}),
      parameters: [{ name: "value", type: "number" }],
      statements,
    },
  ];
}
