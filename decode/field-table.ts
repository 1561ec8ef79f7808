import {
  fieldToJSON,
  isPresent,
  jsonText,
  type FieldLayout,
  type Header,
  type StackBase,
} from "../runtime/index.js";
import { UsageError } from "./options.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

type Column = (view: PacketView) => string;

/** Chosen fields, a line a packet: CSV (RFC 4180) or tab-separated values. A layer that comes again gives all its values. */
export class FieldTable implements Formatter {
  readonly head: string;
  private readonly columns: readonly Column[];
  private readonly separator: string;

  /** @throws UsageError for a layer or field that there is not. */
  constructor(names: readonly string[], separator: "," | "\t", stack: StackBase) {
    this.columns = names.map((name) => columnOf(name, stack));
    this.separator = separator;
    this.head = `${names.join(separator)}\n`;
  }

  format(view: PacketView): string {
    return `${this.columns.map((column) => quoted(column(view), this.separator)).join(this.separator)}\n`;
  }
}

const FRAME: Readonly<Record<string, Column>> = {
  n: ({ n }) => String(n),
  ts: ({ packet }) => (packet.hasTime ? epochText(packet) : ""),
  caplen: ({ packet }) => String(packet.capturedLength),
  len: ({ packet }) => String(packet.originalLength),
};

/** A `Stack` by its members: `udp`, and `vlanCount` and `vlanAt` where a layer can come again. */
type Layers = Readonly<Record<string, unknown>>;

function columnOf(name: string, stack: StackBase): Column {
  const [layer = "", fieldName = ""] = name.split(".");
  if (layer === "frame") return FRAME[fieldName] ?? fail(`frame has ${Object.keys(FRAME).join(", ")}`);
  const member = layer.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const layers = stack as unknown as Layers;
  const header = layers[member] as Header | undefined;
  if (header?.layout?.name !== layer) return fail(`there is no layer ${layer}`);
  const { fields } = header.layout;
  const field = fields.find((one) => one.name === fieldName);
  if (field === undefined) {
    return fail(`${layer} has no field ${fieldName}, but ${fields.map((one) => one.name).join(", ")}`);
  }
  if (typeof layers[`${member}Count`] !== "number") return () => valueIn(header, field);
  const at = layers[`${member}At`] as (depth: number) => Header;
  return () => {
    const length = layers[`${member}Count`] as number;
    return Array.from({ length }, (_, depth) => valueIn(at.call(stack, depth), field)).join(" ");
  };
}

function valueIn(header: Header, field: FieldLayout): string {
  return header.isWrapped && isPresent(header, field) ? jsonText(fieldToJSON(header, field)) : "";
}

function quoted(text: string, separator: string): string {
  if (separator === "\t") return text.replace(/[\t\r\n]/g, " ");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function fail(problem: string): never {
  throw new UsageError(`--fields: ${problem}`);
}
