import { parseArgs } from "node:util";

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the commands were asked for. */
export interface CaptureOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly interface: string | undefined;
  /** An expression, or a file with classic BPF as `tcpdump -ddd` prints it. */
  readonly filter: string | undefined;
  readonly fields: readonly string[];
  /** Seconds, packets: 0 without limit. */
  readonly duration: number;
  readonly count: number;
  readonly snaplen: number | undefined;
  readonly promiscuous: boolean;
  readonly quiet: boolean;
  /** A pcapng file, or "-". */
  readonly write: string | undefined;
  readonly rotateBytes: number | undefined;
  readonly rotateSeconds: number | undefined;
  /** How many of the latest files are kept. */
  readonly files: number | undefined;
  readonly workers: number;
}

/** What each command prints for --help. */
export const HELP: Readonly<Record<string, string>> = {
  interfaces: `zc-gen interfaces [--json]: network interfaces with what distorts packets before one sees them.\n`,
  doctor: `zc-gen doctor [-i INTERFACE] [--json]: whether this system can capture, and the remedy of each problem.\n`,
  capture: `zc-gen capture -i INTERFACE [options]: captures, decodes, and tells where packets were lost.

  -i, --interface NAME   the interface, or "any"
  -F, --fields A,B,...   prints these of each packet: ipv4.src, udp.dst_port, time, length, ...
  -f, --filter EXPR      'udp.port == 53 && ipv4.addr in 10.0.0.0/8' (see zc-gen filter --help), which the kernel runs
                         as far as it can; or a file with classic BPF, as \`tcpdump -ddd EXPRESSION\` prints it
  -c, --count N          ends after so many packets
  -d, --duration S       ends after so many seconds
  -s, --snaplen N        captures at most so many bytes of each packet
  -w, --write FILE       writes packets to a pcapng file; "-" is standard output
      --rotate LIMIT     a new, numbered file before one exceeds 100MB, 5GiB, ..., or after 60s, 5m, 1h; or both: 1GB,1h
      --files N          keeps the latest N files
      --workers N        so many threads, each with a ring of its own and a file FILE-w0, FILE-w1, ...; flows stay whole
  -p, --promiscuous      asks the card for frames to others too
  -q, --quiet            no live line
      --json             packets with --fields, and the summary, as JSON lines
`,
};

/** Reads the arguments behind the command. @throws UsageError */
export function parseOptions(command: string, args: readonly string[]): CaptureOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h", default: false },
        json: { type: "boolean", default: false },
        interface: { type: "string", short: "i" },
        ...(command === "capture" ? CAPTURE : {}),
      },
    }) as { values: Record<string, string | boolean | undefined> };
    if (command === "capture" && values["interface"] === undefined && values["help"] !== true) {
      throw new UsageError("say where: -i INTERFACE (see `zc-gen interfaces`)");
    }
    const options = {
      help: values["help"] === true,
      json: values["json"] === true,
      interface: text(values["interface"]),
      filter: text(values["filter"]),
      fields: (text(values["fields"]) ?? "").split(",").filter((field) => field !== ""),
      duration: number("duration", values["duration"]) ?? 0,
      count: number("count", values["count"]) ?? 0,
      snaplen: number("snaplen", values["snaplen"]),
      promiscuous: values["promiscuous"] === true,
      quiet: values["quiet"] === true,
      write: text(values["write"]),
      ...rotation(text(values["rotate"])),
      files: whole("files", values["files"]),
      workers: whole("workers", values["workers"]) ?? 1,
    };
    checkTogether(options);
    return options;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

const CAPTURE = {
  fields: { type: "string", short: "F" },
  filter: { type: "string", short: "f" },
  count: { type: "string", short: "c" },
  duration: { type: "string", short: "d" },
  snaplen: { type: "string", short: "s" },
  promiscuous: { type: "boolean", short: "p" },
  quiet: { type: "boolean", short: "q" },
  write: { type: "string", short: "w" },
  rotate: { type: "string" },
  files: { type: "string" },
  workers: { type: "string" },
} as const;

const UNITS: Readonly<Record<string, { readonly of: "rotateBytes" | "rotateSeconds"; readonly is: number }>> =
  {
    kb: { of: "rotateBytes", is: 1e3 },
    mb: { of: "rotateBytes", is: 1e6 },
    gb: { of: "rotateBytes", is: 1e9 },
    kib: { of: "rotateBytes", is: 2 ** 10 },
    mib: { of: "rotateBytes", is: 2 ** 20 },
    gib: { of: "rotateBytes", is: 2 ** 30 },
    s: { of: "rotateSeconds", is: 1 },
    m: { of: "rotateSeconds", is: 60 },
    h: { of: "rotateSeconds", is: 3600 },
  };

/** `100MB`, `1h`, `1GB,1h`. @throws UsageError */
function rotation(limits: string | undefined): Pick<CaptureOptions, "rotateBytes" | "rotateSeconds"> {
  const found: { rotateBytes: number | undefined; rotateSeconds: number | undefined } = {
    rotateBytes: undefined,
    rotateSeconds: undefined,
  };
  for (const limit of limits?.split(",") ?? []) {
    const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(limit) ?? [];
    const known = UNITS[unit.toLowerCase()];
    const value = Number(amount) * (known?.is ?? Number.NaN);
    if (known === undefined || !(value > 0)) {
      throw new UsageError(
        `--rotate is ${JSON.stringify(limit)}, but must be a size or a time: 100MB, 2GiB, 60s, 5m, 1h`,
      );
    }
    found[known.of] = known.of === "rotateBytes" ? Math.floor(value) : value;
  }
  return found;
}

/** @throws UsageError */
function checkTogether(options: CaptureOptions): void {
  const { write, rotateBytes, rotateSeconds, files, workers, count, fields, json } = options;
  const rotates = rotateBytes !== undefined || rotateSeconds !== undefined;
  const problem =
    (rotates && write === undefined && "--rotate is for files: say -w FILE") ||
    (rotates && write === "-" && "--rotate cannot cut standard output: say -w FILE") ||
    (files !== undefined && !rotates && "--files is for --rotate") ||
    (workers > 1 && count > 0 && "--count is for one worker") ||
    (workers > 1 && write === "-" && "several workers have a file each: say -w FILE") ||
    (write === "-" && (json || fields.length > 0) && "standard output takes packets or text, not both");
  if (problem !== false) throw new UsageError(problem);
}

function whole(name: string, value: string | boolean | undefined): number | undefined {
  const found = number(name, value);
  if (found === undefined || (Number.isInteger(found) && found <= 256 * 256)) return found;
  throw new UsageError(`--${name} is ${JSON.stringify(value)}, but must be a whole number`);
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (Number.isFinite(parsed) && parsed > 0) return parsed;
  throw new UsageError(`--${name} is ${JSON.stringify(value)}, but must be a number above 0`);
}
