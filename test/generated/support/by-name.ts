import { type AnyFields, Elements, type Fielded, fieldBytes, type FieldLayout, Header, isPresent, List, withList } from "zc-gen";

type Members = Readonly<Record<string, unknown>>;

/** All fields of a header by name, lists and arrays as objects: what `buildPacket` takes, without `$rest`. */
export function byName(header: Fielded): AnyFields {
  const fields: Record<string, unknown> = {};
  for (const field of header.layout.fields) {
    if (field.fromEnd === true || !isPresent(header, field)) continue;
    addField(header, field, fields);
  }
  return fields;
}

function addField(header: Fielded, field: FieldLayout, fields: Record<string, unknown>): void {
  const { member } = field;
  const members = header as unknown as Members;
  if (field.as === "parts") {
    fields[`${member}High`] = members[`${member}High`];
    fields[`${member}Low`] = members[`${member}Low`];
  } else if (field.type === "list") fields[member] = withList(header, field, listByName);
  else if (field.elements !== undefined) fields[member] = elementsByName(members[member] as Elements<Header>);
  else if (field.type === "struct" && field.variable !== true) fields[member] = byName(members[member] as Header);
  else if (field.type === "array") fields[member] = arrayByName(header, field);
  else if (field.choice !== undefined) fields[member] = chosenByName(header, field);
  else if (field.type.startsWith("varint.")) {
    fields[member] = members[member];
    fields[`${member}Length`] = members[`${member}Length`];
  } else if (field.variable === true) fields[member] = fieldBytes(header, field);
  else if (["bytes", "text", "ipv6_address"].includes(field.type)) fields[member] = fieldBytes(header, field);
  else fields[member] = members[member];
}

/** What a switch leads to; its bytes where that does not fit, or leaves some of them. */
function chosenByName(header: Fielded, field: FieldLayout): unknown {
  const members = header as unknown as Members;
  const value = members[field.member] as Header | List | undefined;
  if (value instanceof List) return value.aside(ends) ? value.aside(listByName) : fieldBytes(header, field);
  const isWhole = value?.headerLength === members[`${field.member}Length`];
  return value !== undefined && isWhole && faultsOf(value) === 0 ? byName(value) : fieldBytes(header, field);
}

function arrayByName(header: Fielded, { member, count }: FieldLayout): unknown[] {
  const members = header as unknown as Members;
  const at = members[`${member}At`] as (index: number) => unknown;
  const length = count ?? Number(members[`${member}Count`]);
  return Array.from({ length }, (_, index) => {
    const element = at.call(header, index);
    return element instanceof Header ? byName(element) : element;
  });
}

function elementsByName(elements: Elements<Header>): AnyFields[] {
  const found: AnyFields[] = [];
  for (const cursor = elements.another(); cursor.next(); ) found.push(byName(cursor.element));
  return found;
}

/** How many lists and arrays of a header end with a fault: those have bytes that no element covers. */
export function faultsOf(header: Header): number {
  let faults = 0;
  for (const field of header.layout.fields.filter((one) => isPresent(header, one))) {
    const value = (header as unknown as Members)[field.member];
    if (field.type === "list") faults += withList(header, field, (list) => (ends(list) ? 0 : 1)) ?? 0;
    else if (value instanceof Elements) faults += ends(value.another()) ? 0 : 1;
  }
  return faults;
}

function ends(cursor: List | Elements<Header>): boolean {
  while (cursor.next()) {
    if (cursor instanceof List && cursor.value instanceof List && !cursor.value.aside(ends)) return false;
  }
  return cursor.fault === 0;
}

/** Bytes of a header behind the element that ends its last list: DHCP, LLDP and TCP pad so. */
export function paddingOf(header: Header): Uint8Array {
  const { view, payloadOffset, layout } = header;
  const last = layout.fields.at(-1);
  if (last?.type !== "list") return new Uint8Array();
  const from = withList(header, last, (list) => {
    while (list.next());
    return list.stopOffset < 0 ? payloadOffset : list.stopOffset + stopBytes(list);
  });
  const start = from ?? payloadOffset;
  return new Uint8Array(view.buffer, view.byteOffset + start, payloadOffset - start).slice();
}

/** A tag alone, or a tag with a length of 0. */
function stopBytes({ layout: { list } }: List): number {
  const isAlone = list?.stop.some((tag) => list.absent.includes(tag)) === true;
  return isAlone ? 1 : (list?.head ?? 1);
}

/** The elements, then what ended the list. What comes behind it is the builder's to fill up. */
function listByName(list: List): AnyFields[] {
  const found: AnyFields[] = [];
  while (list.next()) found.push(elementByName(list));
  const { stop = [] } = list.layout.list ?? {};
  const tag = list.layout.fields[0]?.member;
  if (list.stopOffset >= 0 && tag !== undefined) found.push({ [tag]: stop[0] });
  return found;
}

function elementByName(list: List): AnyFields {
  const head = Object.fromEntries(
    list.layout.fields
      .filter((field) => isPresent(list, field))
      .map(({ member }) => [member, (list as unknown as Members)[member]]),
  );
  const { value } = list;
  const isWhole = value instanceof Header ? value.headerLength === list.valueLength : value?.fault === 0;
  if (value === undefined || !isWhole) return { ...head, value: list.valueBytes() };
  return { ...head, value: value instanceof List ? value.aside(listByName) : byName(value) };
}
