import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { baseOf, readCode, readHalf, writeCode, writeHalf } from "./access.js";
import { describeField } from "./docs.js";
import { type CheckOptions, halfCheck, valueChecks } from "./emit-checks.js";
import type { BitOrder, FieldModel, StructModel } from "./layout.js";
import { scaleAccessors } from "./emit-scale.js";
import { start } from "./place.js";
import { isToldByName, unitMember, upper } from "./members.js";
import {
  type Accessors,
  NOTHING,
  property,
  join,
  valueType,
  bytesMethod,
  setMethod,
  bytesAccessors,
  textAccessor,
} from "./emit-accessor-parts.js";
import { spanAccessors } from "./emit-span.js";
import { structGetter, arrayAccessors } from "./emit-elements.js";

/** The accessors of a field: reads and writes in place, text and copies on request. */
export function accessorsOf(field: FieldModel, struct: StructModel, checks: CheckOptions): Accessors {
  const accessors = valueAccessors(field, struct, checks);
  return field.when === undefined || isToldByName(field) ? accessors : join(accessors, presence(field));
}

/** Reading an absent field throws a RangeError: its slot is parked. */
function presence(field: FieldModel): Accessors {
  const getter = {
    name: `has${upper(field.member)}`,
    returnType: "boolean",
    docs: [`Whether ${field.name} is there. Reading it where it is not throws a RangeError.`],
    statements: [`return ${baseOf(field)} >= 0;`],
  };
  return { getters: [getter], setters: [], methods: [] };
}

function valueAccessors(field: FieldModel, struct: StructModel, checks: CheckOptions): Accessors {
  const { bitOrder } = struct;
  switch (field.type.kind) {
    case "bytes":
      return bytesAccessors(field, `${field.type.bits / 8}`);
    case "text":
      return join(bytesAccessors(field, `${field.type.bits / 8}`), textAccessor(field, field.type));
    case "span":
      return spanAccessors(field, field.type, struct, checks);
    case "struct":
      return { getters: [structGetter(field)], setters: [], methods: [] };
    case "array":
      return arrayAccessors(field, field.type.element, `${field.type.count}`);
    case "mac":
      return addressAccessors(field, bitOrder, checks, "Mac", "aa:bb:cc:00:11:22");
    case "ipv4":
      return addressAccessors(field, bitOrder, checks, "Ipv4", "192.0.2.1");
    case "ipv6":
      return ipv6Accessors(field);
    default:
      return join(numberAccessors(field, bitOrder, checks), scaledText(field, struct));
  }
}

function scaledText(field: FieldModel, struct: StructModel): Accessors {
  return field.scale === undefined ? NOTHING : scaleAccessors(field, field.scale, struct);
}

function numberAccessors(field: FieldModel, bitOrder: BitOrder, checks: CheckOptions): Accessors {
  if (field.as === "parts") {
    return join(
      property(
        `${field.member}High`,
        "number",
        describeField(field, "The upper 32 bits."),
        readHalf(field, bitOrder, "high"),
        [...halfCheck(field.index), ...writeHalf(field, bitOrder, "high")],
      ),
      property(
        `${field.member}Low`,
        "number",
        describeField(field, "The lower 32 bits."),
        readHalf(field, bitOrder, "low"),
        [...halfCheck(field.index), ...writeHalf(field, bitOrder, "low")],
      ),
    );
  }
  const main = property(
    field.member,
    valueType(field),
    describeField(field),
    readCode(field, bitOrder, baseOf(field)),
    [...valueChecks(field, checks), ...writeCode(field, bitOrder)],
  );
  return field.unit === undefined ? main : join(main, unitAccessors(field, field.unit));
}

function unitAccessors(field: FieldModel, unit: { scale: number; of: string }): Accessors {
  const doc = `{@link ${field.member}} in ${unit.of}: times ${unit.scale}.`;
  const write = [`this.${field.member} = value / ${unit.scale};`];
  return property(unitMember(field), "number", doc, `this.${field.member} * ${unit.scale}`, write);
}

function copyMethod(field: FieldModel): OptionalKind<MethodDeclarationStructure> {
  const size = field.type.bits / 8;
  return {
    name: `copy${upper(field.member)}`,
    docs: [
      `Copies the ${size} bytes of ${field.name} to \`target\` from \`at\` on. Returns ${size}. @throws RangeError when they do not fit.`,
    ],
    parameters: [
      { name: "target", type: "Uint8Array" },
      { name: "at", type: "number", initializer: "0" },
    ],
    returnType: "number",
    statements: [`return copyBytes(this.view, ${start(field)}, ${size}, target, at);`],
  };
}

function addressAccessors(
  field: FieldModel,
  bitOrder: BitOrder,
  checks: CheckOptions,
  kind: "Mac" | "Ipv4",
  example: string,
): Accessors {
  const { member } = field;
  const bits = kind === "Mac" ? "48-bit" : "unsigned 32-bit";
  const doc = describeField(field, `As ${bits} number; see {@link ${member}Text}.`);
  const number = property(member, "number", doc, readCode(field, bitOrder, baseOf(field)), [
    ...valueChecks(field, checks),
    ...writeCode(field, bitOrder),
  ]);
  const text = property(
    `${member}Text`,
    "string",
    `{@link ${member}} as text: \`${example}\`. Setting throws TypeError when the text is no address.`,
    `format${kind}(this.${member})`,
    [`this.${member} = parse${kind}(value);`],
  );
  const equals: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Equals`,
    docs: [`Whether ${field.name} is that address, a number or text.`],
    parameters: [{ name: "address", type: "number | string" }],
    returnType: "boolean",
    statements: [
      `return this.${member} === (typeof address === "string" ? parse${kind}(address) : address);`,
    ],
  };
  return join(number, text, { getters: [], setters: [], methods: [equals, copyMethod(field)] });
}

function ipv6Accessors(field: FieldModel): Accessors {
  const { member } = field;
  const text = property(
    `${member}Text`,
    "string",
    describeField(field, "As RFC 5952 text; setting throws TypeError when the text is no address."),
    `formatIpv6(this.${member}Bytes())`,
    [`this.set${upper(member)}(parseIpv6(value));`],
  );
  const word: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Word`,
    docs: [
      `One of the four unsigned 32-bit words of ${field.name}, the most significant first. @throws RangeError for an index outside 0..3.`,
    ],
    parameters: [{ name: "index", type: "number" }],
    returnType: "number",
    statements: [`return this.view.getUint32(${start(field)} + elementIndex(index, 4) * 4, false);`],
  };
  const equals: OptionalKind<MethodDeclarationStructure> = {
    name: `${member}Equals`,
    docs: [`Whether ${field.name} is that address, sixteen bytes or text.`],
    parameters: [{ name: "address", type: "ArrayLike<number> | string" }],
    returnType: "boolean",
    statements: [
      `return bytesEqual(this.view, ${start(field)}, 16, typeof address === "string" ? parseIpv6(address) : address);`,
    ],
  };
  return join(text, {
    getters: [],
    setters: [],
    methods: [word, bytesMethod(field), equals, copyMethod(field), setMethod(field)],
  });
}
