import fc from "fast-check";
import ts from "typescript";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filter, type FilterPacket, type PacketTest } from "zc-gen/filter";
import { Stack } from "zc-gen/protocols";
import { readFileSync } from "node:fs";
import { needsPcaps } from "../support/shared.js";
import { corpus, mutant, randomOf } from "./support/corpus.js";
import { expressions } from "./support/random.js";

const SEED = Number(process.env["ZC_FILTER_SEED"] ?? 7);

/** `on` of a module's text. */
function emitted(text: string): (stack: Stack) => PacketTest {
  const body = filter(text)
    .moduleText()
    .replace(/^import .*$/gm, "")
    .replace("export function on", "function on");
  const { outputText } = ts.transpileModule(body, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });

  return new Function("filter", "Stack", `${outputText}; return on;`)(filter, Stack) as ReturnType<
    typeof emitted
  >;
}

describe("a filter as TypeScript", () => {
  it("is what stands in bench/", () => {
    const committed = readFileSync(new URL("../../bench/emitted/udp-port-53.ts", import.meta.url), "utf8");
    expect(filter("udp.dst_port == 53").moduleText()).toBe(committed);
  });

  it.each([
    "udp.port == 53",
    "tcp.flags.syn && !tcp.flags.ack",
    "ipv4.src in 10.0.0.0/8 || ethernet.src == 02:00:00:00:00:01",
    'dns.questions.name ~ "*/ example"',
    "vlan.id == 3 && original_length > 100",
    "ethernet || captured_length < 10",
  ])("of %s is a program", (text) => {
    const source = filter(text).moduleText({ stackModule: "./gen/index.js" });
    const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
    expect(diagnostics).toEqual([]);
    expect(source).toContain('from "./gen/index.js";');
  });

  describe(`on packets of other projects and their mutants (seed ${SEED})`, () => {
    let packets: FilterPacket[] = [];
    let view = new DataView(new ArrayBuffer(0));
    beforeEach(needsPcaps());
    beforeAll(async () => {
      const found = await corpus().catch(() => []);
      const random = randomOf(SEED);
      const all = [...found, ...found.map((packet) => mutant(packet, random))];
      const bytes = new Uint8Array(all.reduce((sum, packet) => sum + packet.bytes.length, 0));
      let at = 0;
      packets = all.map(({ bytes: own, linkType }, i) => {
        bytes.set(own, at);
        at += own.length;
        const tag = i % 5 === 0 ? { hasVlan: true, vlanTci: i & 0xffff } : {};
        return {
          dataOffset: at - own.length,
          dataEnd: at,
          linkType,
          originalLength: own.length + (i % 3),
          ...tag,
        };
      });
      view = new DataView(bytes.buffer);
    });

    it("matches the same packets as the whole expression does after decoding", () => {
      const stack = new Stack(view);
      fc.assert(
        fc.property(
          expressions(() => []),
          (text) => {
            const [written, closures] = [emitted(text)(stack), filter(text).on(stack)];
            const whole = filter(text).onDecoded(stack);
            for (const packet of packets) {
              stack.decode(packet);
              const matches = whole(packet);
              if (written(packet) !== matches || closures(packet) !== matches) {
                expect.fail(`${text}: ${JSON.stringify(packet)}`);
              }
            }
          },
        ),
        { seed: SEED, numRuns: 60 },
      );
    });
  });
});
