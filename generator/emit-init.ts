import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { start } from "./place.js";
import { declaredMayBeShort } from "./emit-fit.js";
import { keepsBodyEnd, looksAtEnd } from "./emit-end.js";
import { faultLiteral } from "./fault-codes.js";
import type { FieldModel, StructModel } from "./layout.js";
import { nestedMember, upper } from "./members.js";

/** A header to write: zeros, constants, and the least value where 0 is out of range. */
export function initMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure> {
  return {
    name: "init",
    hasOverrideKeyword: true,
    docs: [
      "Makes a new header at `offset`: zeros, constants, and the least legal value where 0 is none.\n" +
        "Returns 0, or the fault of a target that is too short. Once its lengths are set, `wrap` makes them count.",
    ],
    parameters: [
      { name: "offset", type: "number" },
      { name: "end", type: "number" },
    ],
    returnType: "number",
    statements: [
      `if (end - offset < ${struct.size}) return this.fail(${faultLiteral("TRUNCATED")}, offset, end);`,
      `this.clear(offset, ${struct.size});`,
      ...initials(struct),
      ...placeStatements(struct),
    ],
  };
}

/** Zeros can be no legal lengths, and nothing stands at the end yet: such a header stands on all that is there until it is wrapped again. */
function placeStatements(struct: StructModel): string[] {
  const { headerLength, declared, size } = struct;
  const declaresZero = declaredMayBeShort(struct) && declared?.zeroMeansCaptured === false;
  const mayBeShort = declaresZero || (headerLength !== undefined && headerLength.range.min < size);
  if (!mayBeShort && !looksAtEnd(struct)) return ["return this.wrap(offset, end);"];
  return [
    "this.end = end;",
    ...(keepsBodyEnd(struct) ? ["this.bodyEnd = end;"] : []),
    ...(struct.slots === 0 || struct.tail === "end" ? [] : [`this.headerBytes = ${size};`]),
    "return 0;",
  ];
}

function initials({ fields }: StructModel): string[] {
  const fixed = fields.filter(({ slot, type }) => slot === 0 && type.kind !== "span");
  return fixed.flatMap((field) => {
    const { type } = field;
    if (type.kind === "struct") return nestedInit(field, type.struct, "");
    if (type.kind === "array" && type.element.kind === "struct") {
      return arrayInit(field, type.element.struct, type.count);
    }
    if (field.rule?.kind === "contents") {
      return [`this.set${upper(field.member)}([${field.rule.bytes.join(", ")}]);`];
    }
    const value = initialValue(field);
    return value === undefined ? [] : assignment(field, value);
  });
}

function nestedInit(field: FieldModel, struct: StructModel, moreOffset: string): string[] {
  return initials(struct).length === 0
    ? []
    : [`this.${nestedMember(field)}.init(${start(field)}${moreOffset}, end);`];
}

function arrayInit(field: FieldModel, struct: StructModel, count: number): string[] {
  const each = nestedInit(field, struct, ` + index * ${struct.size}`);
  return each.length === 0 ? [] : [`for (let index = 0; index < ${count}; index++) {\n${each.join("\n")}\n}`];
}

function assignment({ member, as }: FieldModel, value: number): string[] {
  if (as !== "parts") return [`this.${member} = ${as === "bigint" ? `${value}n` : value};`];
  return [`this.${member}High = ${Math.floor(value / 2 ** 32)};`, `this.${member}Low = ${value % 2 ** 32};`];
}

function initialValue({ rule }: FieldModel): number | undefined {
  if (rule?.kind === "constant" && rule.value !== 0) return rule.value;
  if (rule?.kind === "range" && (rule.min > 0 || rule.max < 0)) {
    const { min, multipleOf: step = 1 } = rule;
    return Math.ceil(min / step) * step;
  }
  return undefined;
}
