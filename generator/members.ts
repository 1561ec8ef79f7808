import type { Diagnostics, Span } from "./diagnostics.js";
import type { Expression } from "./expression.js";
import { expressionText } from "./expression-text.js";
import type { CaseModel, FieldModel, FieldType, StructModel, SwitchModel } from "./layout.js";
import { camelCase } from "./names.js";

/** Every member that a field gives a class, its name first. */
export function membersOf(field: FieldModel): string[] {
  const Name = upper(field.member);
  const checksum = field.checksum === undefined ? [] : ["verify", "update", "adjust"];
  const members = [...valueMembers(field, Name), ...checksum.map((verb) => `${verb}${Name}`)];
  return field.when === undefined || isToldByName(field) ? members : [...members, `has${Name}`];
}

/** `port` with `when: has_port`: the field tells, and there is no second `hasPort`. */
export function isToldByName({ member, when }: FieldModel): boolean {
  return when?.op === "field" && when.field.member === `has${upper(member)}`;
}

/** `srcPort` -> `SrcPort`. */
export function upper(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

function valueMembers(field: FieldModel, Name: string): string[] {
  const { member, type } = field;
  switch (type.kind) {
    case "bytes":
      return bytesMembers(field, Name);
    case "text":
      return [...bytesMembers(field, Name), `${member}Text`];
    case "span":
      if (type.content.kind === "list") {
        return [...bytesMembers(field, Name), member, `${member}On`, nestedMember(field)];
      }
      if (type.content.kind === "sequence") {
        return [...bytesMembers(field, Name), member, `${member}On`, nestedMember(field)];
      }
      if (type.content.kind === "name") {
        return [...bytesMembers(field, Name), `${member}Text`, `${member}Equals`];
      }
      if (type.content.kind === "varint") return [member, ...placeMembers(field)];
      if (type.content.kind === "switch") {
        const own = [member, `${member}Fault`, ...switchMembers(type.content.model, member)];
        return [...bytesMembers(field, Name), ...own];
      }
      if (type.content.kind !== "array") {
        return [...bytesMembers(field, Name), ...(type.content.kind === "text" ? [`${member}Text`] : [])];
      }
      return [...placeMembers(field), ...arrayMembers(field, type.content.element, Name)];
    case "array":
      return arrayMembers(field, type.element, Name);
    case "struct":
      return [member, nestedMember(field)];
    case "mac":
    case "ipv4":
      return [member, `${member}Text`, `${member}Equals`, `copy${Name}`];
    case "ipv6":
      return [
        `${member}Word`,
        `${member}Bytes`,
        `${member}Text`,
        `${member}Equals`,
        `copy${Name}`,
        `set${Name}`,
      ];
    default:
      return numberMembers(field);
  }
}

function bytesMembers(field: FieldModel, Name: string): string[] {
  return [...placeMembers(field), `${field.member}Bytes`, `set${Name}`];
}

function placeMembers(field: FieldModel): string[] {
  return [`${field.member}Offset`, lengthMember(field)];
}

/**
 * What tells how many bytes a field has: `nameLength`. Where the packet's own `name_length` says it, that is called so, and this is
 * `nameLength$`: it counts what is there, and no more than that.
 */
export function lengthMember({ member, type, when }: FieldModel): string {
  const name = `${member}Length`;
  if (type.kind !== "span" || type.size.by !== "expression" || type.size.counts !== "bytes") return name;
  const { value } = type.size;
  const isTold = value.op === "field" && value.field.member === name && isSame(value.field.when, when);
  return isTold ? `${name}$` : name;
}

function isSame(one: Expression | undefined, other: Expression | undefined): boolean {
  return one === other || (one && expressionText(one)) === (other && expressionText(other));
}

/** `csrc` with `count: csrc_count`: the field is the count, and there is no second one. */
export function isCountedByName({ member, type }: FieldModel): boolean {
  if (type.kind !== "span" || type.size.by !== "expression" || type.size.value.op !== "field") return false;
  return type.size.counts === "elements" && type.size.value.field.member === `${member}Count`;
}

function arrayMembers(field: FieldModel, element: FieldType, Name: string): string[] {
  const { member } = field;
  const count = isCountedByName(field) ? [] : [`${member}Count`];
  return [...count, `${member}At`, element.kind === "struct" ? nestedMember(field) : `set${Name}At`];
}

/** The private member that holds a nested accessor. */
export function nestedMember({ member }: Pick<FieldModel, "member">): string {
  return `${member}Cursor`;
}

function numberMembers(field: FieldModel): string[] {
  const { member, unit, scale } = field;
  const text = scale === undefined ? [] : [`${member}Text`];
  if (field.as === "parts") return [`${member}High`, `${member}Low`, ...text];
  return [member, ...(unit === undefined ? [] : [unitMember(field)]), ...text];
}

/** The private member that holds what earlier elements came to. */
export function sumMember(member: string): string {
  return `${member}Before`;
}

/** `fragmentOffset` in units of 8 bytes has `fragmentOffsetBytes`. */
export function unitMember({ member, unit }: FieldModel): string {
  const words = (unit?.of ?? "").split(" ").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return member + words.join("");
}

/** All that a switch leads to, the default last. */
export function allCases({ cases, otherwise }: SwitchModel): CaseModel[] {
  return otherwise === undefined ? [...cases] : [...cases, otherwise];
}

/** The private member that holds the cursor of all cases of one kind. */
export function cursorName({ name }: StructModel, member?: string): string {
  return member === undefined ? `${camelCase(name)}Value` : `${member}${upper(camelCase(name))}Value`;
}

/** `asMss`; of a field, `bodyAsMss`. */
export function chosenMember(one: CaseModel, member?: string): string {
  return member === undefined ? `as${upper(one.member)}` : `${member}As${upper(one.member)}`;
}

function switchMembers(model: SwitchModel, member?: string): string[] {
  const cursors = new Set(allCases(model).map(({ struct }) => cursorName(struct, member)));
  const getters = model.cases.length === 0 ? [] : allCases(model).map((one) => chosenMember(one, member));
  return [...cursors, ...getters];
}

/** Two fields that would give a class the same member. */
export function checkMembers(struct: StructModel, diagnostics: Diagnostics): void {
  const seen = new Map<string, { name: string; span: Span }>();
  const named = [
    ...(struct.list?.value === undefined
      ? []
      : [{ name: struct.name, span: struct.span, members: switchMembers(struct.list.value) }]),
    ...struct.fields.map((field) => ({ name: field.name, span: field.span, members: membersOf(field) })),
    ...struct.lets.map(({ name, member, value }) => ({
      name,
      span: struct.span,
      members: value.op === "sum" ? [member, sumMember(member)] : [member],
    })),
  ];
  for (const { name, span, members } of named) {
    for (const member of members) {
      const earlier = seen.get(member);
      if (earlier === undefined) seen.set(member, { name, span });
      else {
        const message = `${JSON.stringify(name)} and ${JSON.stringify(earlier.name)} would both become \`${member}\``;
        diagnostics.error("member-clash", span, message, [
          { message: "the other is here", span: earlier.span },
        ]);
      }
    }
  }
}
