import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "zc-gen";
import { filter } from "zc-gen/filter";
import { Stack } from "zc-gen/protocols";
import { needsPcaps } from "../support/shared.js";
import { run, type Run } from "./support/bpf-machine.js";
import { corpus, mutant, randomOf, type Bytes } from "./support/corpus.js";
import { tableBelow } from "./support/page.js";
import { expressions } from "./support/random.js";
import { slowly, type Seen } from "./support/slow.js";

const SEED = Number(process.env["ZC_FILTER_SEED"] ?? 7);
/** Expressions that are drawn: many, where there is time. */
const RUNS = Number(process.env["ZC_FILTER_RUNS"] ?? (process.env["CI"] === "true" ? 1500 : 200));
const VALUES_OF_A_FIELD = 6;
const TIMEOUT_MS = 600_000;

/** All packets in one view, and each as `toJSON` shows it. */
class Packets {
  readonly stack: Stack;
  readonly bounds: readonly { dataOffset: number; dataEnd: number; linkType: number }[];
  readonly seen: readonly Seen[];
  readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(packets: readonly Bytes[]) {
    const total = packets.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const all = new Uint8Array(total);
    let at = 0;
    this.bounds = packets.map(({ bytes, linkType }) => {
      all.set(bytes, at);
      at += bytes.length;
      return { dataOffset: at - bytes.length, dataEnd: at, linkType };
    });
    this.stack = new Stack(new DataView(all.buffer));
    this.seen = this.bounds.map((bounds) => {
      this.stack.decode(bounds);
      const { layers } = this.stack.toJSON() as unknown as Seen;
      return { layers, length: bounds.dataEnd - bounds.dataOffset };
    });
    this.values = valuesIn(this.seen);
  }

  bytesOf({ dataOffset, dataEnd }: { readonly dataOffset: number; readonly dataEnd: number }): Uint8Array {
    return new Uint8Array(this.stack.view.buffer, dataOffset, dataEnd - dataOffset);
  }
}

/** Some values of every field, as an expression writes them, by its layer's name and the path behind it. */
function valuesIn(seen: readonly Seen[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const { layers } of seen) {
    for (const { proto, fields } of layers) addValues(proto, fields, values);
  }
  return values;
}

function addValues(path: string, value: JsonValue, values: Map<string, string[]>): void {
  if (Array.isArray(value)) {
    for (const one of value) addValues(path, one, values);
  } else if (typeof value === "object") {
    for (const [name, one] of Object.entries(value)) addInner(path, name, one, values);
  } else {
    const text = written(value);
    const known = values.get(path) ?? [];
    values.set(path, known);
    if (text !== undefined && known.length < VALUES_OF_A_FIELD && !known.includes(text)) known.push(text);
  }
}

/** What an element's value holds has two paths. */
function addInner(path: string, name: string, value: JsonValue, values: Map<string, string[]>): void {
  addValues(`${path}.${name}`, value, values);
  if (name === "value" && typeof value === "object") addValues(path, value, values);
}

function written(value: JsonValue): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || value === "") return undefined;
  if (/^\d+(\.\d+){3}$/.test(value) || value.includes(":")) return value;
  return /^([0-9a-f]{2}){2,16}$/.test(value) ? value.replace(/..(?=.)/g, "$&:") : undefined;
}

describe(`random expressions on packets of other projects and their mutants (seed ${SEED})`, () => {
  let packets: Packets;
  beforeEach(needsPcaps());
  beforeAll(async () => {
    const found = await corpus().catch(() => []);
    const random = randomOf(SEED);
    packets = new Packets([...found, ...found.map((packet) => mutant(packet, random))]);
  });

  const some = (): fc.Arbitrary<string> =>
    expressions((layer, field) => {
      return (packets.values.get(`${layer}.${field}`) ?? []).filter((text) => fits(layer, field, text));
    });

  it("and those of docs/filters.md match the same packets as they do word by word on toJSON()", () => {
    const examples = tableBelow("Ten that people use").map(([text = ""]) => text);
    const beside = tableBelow("Beside tcpdump and Wireshark").map(([, , ours = ""]) => ours);
    for (const text of [...examples, ...beside]) {
      const [test, slow] = [filter(text).on(packets.stack), slowly(text)];
      const wrong = packets.bounds.findIndex((bounds, i) => test(bounds) !== slow(packets.seen[i] as Seen));
      expect(wrong, text).toBe(-1);
    }
  });

  it("match the same packets as they do word by word on toJSON()", { timeout: TIMEOUT_MS }, () => {
    let matched = 0;
    fc.assert(
      fc.property(some(), (text) => {
        const test = filter(text).on(packets.stack);
        const slow = slowly(text);
        for (const [i, bounds] of packets.bounds.entries()) {
          const fast = test(bounds);
          if (fast) matched++;
          const { layers, length } = packets.seen[i] as Seen;
          if (fast !== slow({ layers, length })) {
            expect.fail(`${text} gives ${fast} for ${JSON.stringify(layers)}`);
          }
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(matched).toBeGreaterThan(RUNS);
  });

  it(
    "lose no packet to the kernel's program, and are it where that is said to be exact",
    { timeout: TIMEOUT_MS },
    () => {
      const frames = packets.bounds.flatMap(({ linkType, ...bounds }, i) =>
        linkType === 1 ? [{ ...bounds, linkType, i }] : [],
      );
      const counts = { exact: 0, dropped: 0, passed: 0, needless: 0 };
      fc.assert(
        fc.property(some(), (text) => {
          const wanted = filter(text);
          const test = wanted.on(packets.stack);
          const [program, whole] = [wanted.program(), wanted.program({ isExact: true })];
          if (whole.isExact) counts.exact++;
          for (const bounds of frames) {
            const matches = test(bounds);
            const bytes = packets.bytesOf(bounds);
            const [passes, passesWhole] = [run(program.instructions, bytes), run(whole.instructions, bytes)];
            const isLost = matches && (passes.result === 0 || passesWhole.result === 0);
            const isWrong = (p: typeof program, { result }: Run): boolean =>
              p.isExact && matches !== result > 0;
            if (isLost || isWrong(program, passes) || isWrong(whole, passesWhole)) {
              const given = `${passes.result} and ${passesWhole.result}`;
              expect.fail(
                `${text} gives ${matches}, programs ${given} for ${JSON.stringify(packets.seen[bounds.i])}`,
              );
            }
            counts[matches ? "passed" : passes.result === 0 ? "dropped" : "needless"]++;
          }
        }),
        { seed: SEED, numRuns: Math.ceil(RUNS / 2) },
      );
      console.log(`programs (seed ${SEED}): ${JSON.stringify(counts)}`);
      expect(counts.exact).toBeGreaterThan(0);
      expect(counts.dropped).toBeGreaterThan(RUNS);
    },
  );
});

/** Whether a value that a packet had can be written: of bytes and names no text. */
function fits(layer: string, field: string, text: string): boolean {
  try {
    filter(`${layer}.${field} == ${text}`);
    return true;
  } catch {
    return false;
  }
}
