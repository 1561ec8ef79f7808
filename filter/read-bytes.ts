import type { Fielded, FieldLayout } from "../runtime/index.js";
import { kindOf } from "./field-kind.js";

type HeaderTest = (header: Fielded) => boolean;
type Members = Readonly<Record<string, unknown>>;

/** Whether a field's bytes or text are, or contain, a value. Domain names are compared without regard to capitals. */
export function bytesTest(
  field: FieldLayout,
  relation: "equals" | "contains",
  value: Uint8Array,
): HeaderTest {
  const kind = kindOf(field);
  if (kind === "bytes") {
    return relation === "equals" ? equalsBytes(field, value) : containsBytes(field, value);
  }
  const text = new TextDecoder().decode(value);
  const member = `${field.member}Text`;
  if (kind === "name") return nameTest(field, relation, text.toLowerCase());
  if (relation === "equals") return (header) => (header as unknown as Members)[member] === text;
  return (header) => {
    const found = (header as unknown as Members)[member];
    return typeof found === "string" && found.includes(text);
  };
}

function nameTest(field: FieldLayout, relation: "equals" | "contains", text: string): HeaderTest {
  const [member, equals] = [`${field.member}Text`, `${field.member}Equals`];
  if (relation === "equals") {
    return (header) =>
      (header as unknown as Record<string, (name: string) => boolean>)[equals]?.(text) === true;
  }
  return (header) => {
    const name = (header as unknown as Members)[member];
    return typeof name === "string" && name.toLowerCase().includes(text);
  };
}

function equalsBytes(field: FieldLayout, value: Uint8Array): HeaderTest {
  return (header) =>
    lengthOf(header, field) === value.length && hasAt(header.view, startOf(header, field), value);
}

function containsBytes(field: FieldLayout, value: Uint8Array): HeaderTest {
  return (header) => {
    const start = startOf(header, field);
    const last = start + lengthOf(header, field) - value.length;
    for (let at = start; at <= last; at++) if (hasAt(header.view, at, value)) return true;
    return false;
  };
}

function hasAt(view: DataView, at: number, value: Uint8Array): boolean {
  for (let i = 0; i < value.length; i++) if (view.getUint8(at + i) !== value[i]) return false;
  return true;
}

function lengthOf(header: Fielded, field: FieldLayout): number {
  if (field.variable !== true) return field.bitWidth / 8;
  const name = `${field.member}Length`;
  // Where the packet's own number is called so, it may be more than is there.
  return Number((header as unknown as Members)[field.size?.from === name ? `${name}$` : name]);
}

function startOf(header: Fielded, field: FieldLayout): number {
  if (field.variable !== true) return header.startOf(field);
  return Number((header as unknown as Members)[`${field.member}Offset`]);
}
