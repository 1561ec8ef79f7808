import { parseArgs } from "node:util";

/** What can be measured. */
export type Part =
  "decode" | "served" | "capture" | "loops" | "claims" | "live" | "generate" | "filter" | "command";

const PARTS: readonly Part[] = [
  "decode",
  "served",
  "capture",
  "loops",
  "claims",
  "live",
  "generate",
  "filter",
  "command",
];

export interface BenchOptions {
  readonly help: boolean;
  readonly quick: boolean;
  readonly smoke: boolean;
  readonly parts: readonly Part[];
  /** Folders of peers; all without. */
  readonly peers: readonly string[] | undefined;
  readonly against: string | undefined;
  /** Where the results go. */
  readonly out: string;
  /** Whether the tables of docs/performance.md are written anew. */
  readonly docs: boolean;
}

export const HELP: string = `npm run bench -- [options]

  --only PART      one of: ${PARTS.join(", ")}; may be given again
  --peer FOLDER    one of bench/peers; may be given again
  --quick          fewer rounds and rings: about a minute
  --smoke          a moment: whether all peers give the right answer
  --against REF    this tree against another commit, both built and measured in turn
  --out FOLDER     where results.json, results.md and the charts go; dist/bench/results without
  --docs           writes the tables and charts of docs/performance.md anew
`;

/** @throws TypeError for what is no option, and for a part that does not exist */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
      only: { type: "string", multiple: true },
      peer: { type: "string", multiple: true },
      against: { type: "string" },
      out: { type: "string", default: "dist/bench/results" },
    },
  });
  const { only, peer, ...rest } = values;
  return { ...rest, parts: only?.map(partOf) ?? PARTS, peers: peer, against: values.against };
}

function partOf(name: string): Part {
  const part = PARTS.find((each) => each === name);
  if (part === undefined) throw new TypeError(`--only is ${PARTS.join(", ")}, not "${name}"`);
  return part;
}
