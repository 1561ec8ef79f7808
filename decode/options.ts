import { parseArgs } from "node:util";

/** How packets are shown. */
export type OutputForm = "lines" | "tree" | "json" | "fields";

/** A layer where the schemas have none: `--decode-as udp.port==5004,rtp`. */
export interface LayerBinding {
  /** `parent.key`, as in a schema's `attach:`. */
  readonly rule: string;
  readonly value: number;
  /** The layer's name in the schemas. */
  readonly layer: string;
}

/** What `zc-gen decode` was asked to do. */
export interface DecodeOptions {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly form: OutputForm;
  /** `layer.field`, for `--fields`. */
  readonly fields: readonly string[];
  readonly separator: "," | "\t";
  /** How many packets at most. */
  readonly count: number;
  /** Folders with schemas of the user's. */
  readonly schemas: readonly string[];
  readonly bindings: readonly LayerBinding[];
  /** Which packets, in the language of docs/filters.md. */
  readonly filter: string | undefined;
  readonly layers: boolean;
  readonly hex: boolean;
  readonly follow: boolean;
}

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const HELP = `Usage: zc-gen decode FILE|- [options]

Shows the packets of a capture: pcap or pcapng, also packed with gzip; - is standard input.

Options:
  --json               one JSON object a packet and line
  --fields A.X,B.Y     these fields as CSV, a line a packet; frame.n, frame.ts, frame.caplen, frame.len, too
  --tsv                with --fields: tabs instead of commas
  -v, --verbose        every field of every layer, as a tree
  --layers             the layers of each packet with their offsets
  --hex                the bytes of each packet with the fields they hold
  --filter EXPRESSION  packets that match: 'udp.port == 53 && ipv4.src in 10.0.0.0/8'
  --count N            the first N packets, of those that match
  --schemas DIR        protocols of your own: schemas that are compiled now; can be given again
  --decode-as RULE==N,LAYER
                       a layer without a number of its own: udp.port==5004,rtp; can be given again
  --follow             wait for more at the end of a file that grows
  --help               print this help

Examples:
  zc-gen decode traffic.pcapng                       a line a packet
  zc-gen decode traffic.pcap.gz --json | jq .        for programs
  zc-gen decode traffic.pcap --fields ipv4.src,udp.dst_port
  zc-gen decode traffic.pcap --filter 'dns.questions.name ~ "example"'
  tcpdump -w - | zc-gen decode - --schemas my-schemas

Exit codes:
  0   all packets were shown
  1   the capture is damaged: what came before was shown
  2   wrong usage, or a file that cannot be read or is no capture
`;

/** Reads the arguments behind `decode`; `undefined` when help is wanted. @throws UsageError */
export function parseOptions(args: readonly string[]): DecodeOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const [file, ...more] = positionals;
  if (file === undefined || file === "") throw new UsageError("a capture file is missing");
  if (more.length > 0) {
    throw new UsageError(`one capture file at a time, and there is also ${more.join(" ")}`);
  }
  const { layers = false, hex = false, follow = false, schemas = [] } = values;
  return {
    file,
    form: formOf(values),
    fields: fieldNames(values.fields),
    separator: values.tsv === true ? "\t" : ",",
    count: countOf(values.count),
    schemas,
    bindings: (values["decode-as"] ?? []).map(bindingOf),
    filter: values.filter,
    layers,
    hex,
    follow,
  };
}

const OPTIONS = {
  json: { type: "boolean" },
  fields: { type: "string" },
  tsv: { type: "boolean" },
  verbose: { type: "boolean", short: "v" },
  layers: { type: "boolean" },
  hex: { type: "boolean" },
  filter: { type: "string" },
  count: { type: "string" },
  schemas: { type: "string", multiple: true },
  "decode-as": { type: "string", multiple: true },
  follow: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function parsed(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function formOf({ json, fields, tsv, verbose, layers, hex }: Values): OutputForm {
  const wanted: OutputForm[] = [
    ...(json === true ? (["json"] as const) : []),
    ...(fields === undefined ? [] : (["fields"] as const)),
    ...(verbose === true ? (["tree"] as const) : []),
  ];
  if (wanted.length > 1) throw new UsageError("--json, --fields and --verbose exclude each other");
  const form = wanted[0] ?? "lines";
  if (tsv === true && form !== "fields") throw new UsageError("--tsv goes with --fields");
  if ((layers === true || hex === true) && (form === "json" || form === "fields")) {
    throw new UsageError("--layers and --hex go with lines and trees for people");
  }
  return form;
}

function fieldNames(text: string | undefined): string[] {
  if (text === undefined) return [];
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !/^\w+\.\w+$/.test(name));
  if (wrong === undefined) return names;
  throw new UsageError(`--fields: ${JSON.stringify(wrong)} is no layer.field, as in ipv4.src,udp.dst_port`);
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new UsageError(`--count: ${JSON.stringify(text)} is no number of packets`);
}

function bindingOf(text: string): LayerBinding {
  const [, rule, value, layer] = /^(\w+\.\w+)==(\d+),(\w+)$/.exec(text) ?? [];
  if (rule !== undefined && layer !== undefined) return { rule, value: Number(value), layer };
  throw new UsageError(`--decode-as: ${JSON.stringify(text)} is not like udp.port==5004,rtp`);
}
