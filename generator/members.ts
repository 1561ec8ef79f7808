import type { Diagnostics, Span } from "./diagnostics.js";
import type { FieldModel, StructModel } from "./layout.js";

/** Every member that a field gives a class, its name first. */
export function membersOf(field: FieldModel): string[] {
  const { member, type } = field;
  const Name = member.charAt(0).toUpperCase() + member.slice(1);
  switch (type.kind) {
    case "bytes":
      return [`${member}Offset`, `${member}Length`, `${member}Bytes`, `set${Name}`];
    case "array":
      return [
        `${member}Count`,
        `${member}At`,
        type.element.kind === "struct" ? nestedMember(field) : `set${Name}At`,
      ];
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

/** The private member that holds a nested accessor. */
export function nestedMember({ member }: Pick<FieldModel, "member">): string {
  return `${member}Cursor`;
}

function numberMembers(field: FieldModel): string[] {
  const { member, unit } = field;
  if (field.as === "parts") return [`${member}High`, `${member}Low`];
  return unit === undefined ? [member] : [member, unitMember(field)];
}

/** `fragmentOffset` in units of 8 bytes has `fragmentOffsetBytes`. */
export function unitMember({ member, unit }: FieldModel): string {
  const words = (unit?.of ?? "").split(" ").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return member + words.join("");
}

/** Two fields that would give a class the same member. */
export function checkMembers(struct: StructModel, diagnostics: Diagnostics): void {
  const seen = new Map<string, { name: string; span: Span }>();
  const named = [
    ...struct.fields.map((field) => ({ name: field.name, span: field.span, members: membersOf(field) })),
    ...struct.lets.map(({ name, member }) => ({ name, span: struct.span, members: [member] })),
  ];
  for (const { name, span, members } of named) {
    for (const member of members) {
      const earlier = seen.get(member);
      if (earlier === undefined) seen.set(member, { name, span });
      else {
        const message = `${JSON.stringify(name)} and ${JSON.stringify(earlier.name)} would both become \`${member}\``;
        diagnostics.error("name-clash", span, message, [
          { message: "the other is here", span: earlier.span },
        ]);
      }
    }
  }
}
