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
  /** Classic BPF, as `tcpdump -ddd` prints it, in a file. */
  readonly filter: string | undefined;
  readonly fields: readonly string[];
  /** Seconds, packets: 0 without limit. */
  readonly duration: number;
  readonly count: number;
  readonly snaplen: number | undefined;
  readonly promiscuous: boolean;
  readonly quiet: boolean;
}

/** What each command prints for --help. */
export const HELP: Readonly<Record<string, string>> = {
  interfaces: `zc-gen interfaces [--json]: network interfaces with what distorts packets before one sees them.\n`,
  doctor: `zc-gen doctor [-i INTERFACE] [--json]: whether this system can capture, and the remedy of each problem.\n`,
  capture: `zc-gen capture -i INTERFACE [options]: captures, decodes, and tells where packets were lost.

  -i, --interface NAME   the interface, or "any"
  -F, --fields A,B,...   prints these of each packet: ipv4.src, udp.dst_port, time, length, ...
  -f, --filter FILE      classic BPF, as \`tcpdump -ddd EXPRESSION\` prints it
  -c, --count N          ends after so many packets
  -d, --duration S       ends after so many seconds
  -s, --snaplen N        captures at most so many bytes of each packet
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
    return {
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
    };
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
} as const;

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (Number.isFinite(parsed) && parsed > 0) return parsed;
  throw new UsageError(`--${name} is ${JSON.stringify(value)}, but must be a number above 0`);
}
