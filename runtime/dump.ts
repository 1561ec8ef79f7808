import type { Header } from "./header.js";
import type { Elements } from "./elements.js";
import {
  elementsOf,
  endOf,
  type Fielded,
  fieldToJSON,
  isPresent,
  jsonText,
  type JsonValue,
  listOf,
} from "./json.js";
import { enumLabel, type FieldLayout } from "./layout.js";
import { List } from "./list.js";

const BYTES_PER_LINE = 16;
/** With the bytes before it a line has some hundred characters. */
const TEXT_WIDTH = 60;

/** One line of an annotated dump: bytes `[start, end)` of the view, and what they mean. */
interface DumpLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The header's bytes, one line for each field or group of bit fields. Offsets count from `origin`. */
export function headerHexDump(header: Header, origin: number): string {
  const fields = header.layout.fields.filter((field) => isPresent(header, field));
  const lines = fieldGroups(header, fields).flatMap((group) => groupLines(header, group));
  const ends = lines.map(({ end }) => end).filter((end) => end <= header.payloadOffset);
  const fieldsEnd = Math.max(header.offset + header.layout.minLength, ...ends);
  if (header.payloadOffset > fieldsEnd) {
    lines.push({ start: fieldsEnd, end: header.payloadOffset, text: "(rest of the header)" });
  }
  const title = `${header.layout.name}: ${header.headerLength} bytes at ${header.offset - origin}`;
  return [title, ...lines.flatMap((line) => renderLine(header.view, line, origin))].join("\n");
}

/** Plain bytes with their printable characters, sixteen a line. */
export function payloadHexDump(view: DataView, start: number, end: number, origin: number): string {
  const lines: string[] = [];
  for (let at = start; at < end; at += BYTES_PER_LINE) {
    const stop = Math.min(at + BYTES_PER_LINE, end);
    lines.push(renderBytes(view, at, stop, origin, printable(view, at, stop)));
  }
  return [`payload: ${end - start} bytes at ${start - origin}`, ...lines].join("\n");
}

/** Fields that share bytes stand on one line. */
function fieldGroups(header: Header, fields: readonly FieldLayout[]): FieldLayout[][] {
  const groups: FieldLayout[][] = [];
  let groupEnd = -1;
  for (const field of fields) {
    const group = groups.at(-1);
    if (group !== undefined && header.startOf(field) < groupEnd) group.push(field);
    else groups.push([field]);
    groupEnd = Math.max(groupEnd, endOf(header, field));
  }
  return groups;
}

function groupLines(header: Header, group: readonly FieldLayout[]): DumpLine[] {
  const [first] = group;
  const elements = first && elementsOf(header, first);
  if (first !== undefined && elements !== undefined) return elementLines(first.name, elements);
  const list = first?.type === "list" ? listOf(header, first) : undefined;
  return list === undefined || first === undefined ? [groupLine(header, group)] : listLines(first.name, list);
}

/** A line an element; then what a fault left. */
function elementLines(name: string, elements: Elements<Header>): DumpLine[] {
  const { element } = elements;
  const lines: DumpLine[] = [];
  while (elements.next()) {
    const fields = element.layout.fields.filter((field) => isPresent(element, field));
    const text = fields.map((field) => `${field.name} ${fieldText(element, field)}`).join(", ");
    lines.push({
      start: element.offset,
      end: element.payloadOffset,
      text: `${name}[${elements.index}]: ${text}`,
    });
  }
  const error = elements.explain();
  if (error === undefined) return lines;
  return [...lines, { start: elements.faultOffset, end: elements.end, text: `${name}: (${error.message})` }];
}

/** A line an element; then what no element covers: padding, what follows the end, what a fault left. */
function listLines(name: string, list: List): DumpLine[] {
  const lines: DumpLine[] = [];
  let at = list.start;
  const rest = (end: number, text: string): void => {
    if (end > at) lines.push({ start: at, end, text: `${name}: (${text})` });
  };
  while (list.next()) {
    rest(list.offset, "padding");
    lines.push({ start: list.offset, end: list.valueEnd, text: `${name}: ${elementText(list)}` });
    at = list.valueEnd;
  }
  const error = list.explain();
  if (error !== undefined) rest(list.faultOffset, "padding");
  if (error !== undefined) at = list.faultOffset;
  rest(list.end, error?.message ?? (list.stopOffset >= 0 ? "end of the list" : "padding"));
  return lines;
}

function elementText(list: List): string {
  const { fields, list: facts } = list.layout;
  const label = facts?.tags && enumLabel(facts.tags, list.tag);
  const parts = fields
    .filter((field) => isPresent(list, field))
    .map((field) => `${field.name} ${fieldText(list, field)}`);
  if (label !== undefined && !fields.some((field) => field.enum !== undefined)) parts.unshift(label);
  const value = list.valueLength > 0 ? list.value : undefined;
  if (value === undefined) return parts.join(", ");
  if (value instanceof List) return [...parts, JSON.stringify(value.toJSON())].join(", ");
  const inner = value.layout.fields.filter((field) => isPresent(value, field));
  return [...parts, ...inner.map((field) => `${field.name} ${fieldText(value, field)}`)].join(", ");
}

function groupLine(header: Header, group: readonly FieldLayout[]): DumpLine {
  return {
    start: Math.min(...group.map((field) => header.startOf(field))),
    end: Math.max(...group.map((field) => endOf(header, field))),
    text: group.map((field) => `${field.name} ${fieldText(header, field)}`).join(", "),
  };
}

/** A value as people read it: with its enum's label, its unit, its nested fields. */
function fieldText(header: Fielded, field: FieldLayout): string {
  const value = fieldToJSON(header, field);
  return `${jsonText(value)}${fieldMeaning(header, field, value)}`;
}

/** What a field's value means, as ` (tcp)` or ` (64 bytes)`; nothing where the schema does not say. */
export function fieldMeaning(header: Fielded, field: FieldLayout, value: JsonValue): string {
  const { enum: names, unit, scale, member } = field;
  if (scale !== undefined) {
    return ` (${String((header as unknown as Record<string, unknown>)[`${member}Text`])})`;
  }
  if (typeof value !== "number") return "";
  const label = names && enumLabel(names, value);
  if (label !== undefined) return ` (${label})`;
  return unit === undefined ? "" : ` (${value * unit.scale} ${unit.of})`;
}

/** Bytes to the left, text to the right; the longer of the two decides how many lines it takes. */
function renderLine(view: DataView, line: DumpLine, origin: number): string[] {
  const texts = wrapped(line.text);
  const lines: string[] = [];
  for (let at = line.start; at < line.end || lines.length < texts.length; at += BYTES_PER_LINE) {
    const stop = Math.min(at + BYTES_PER_LINE, line.end);
    lines.push(renderBytes(view, at, stop, origin, texts[lines.length] ?? ""));
  }
  return lines;
}

/** A text in lines of at most {@link TEXT_WIDTH} characters where its commas allow. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const part of text.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < TEXT_WIDTH) {
      lines[lines.length - 1] = `${last} ${part}`;
    } else lines.push(part);
  }
  return lines;
}

function renderBytes(view: DataView, start: number, end: number, origin: number, text: string): string {
  const hex: string[] = [];
  for (let at = start; at < end; at++) hex.push(view.getUint8(at).toString(16).padStart(2, "0"));
  const place = start < end ? (start - origin).toString(16).padStart(4, "0") : "    ";
  return `  ${place}  ${hex.join(" ").padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`.trimEnd();
}

function printable(view: DataView, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at);
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  return text;
}
