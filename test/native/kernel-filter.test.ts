import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, expect, it } from "vitest";
import { corpus, type Bytes } from "../filter/support/corpus.js";
import { expressions } from "../filter/support/random.js";
import { needsPcaps } from "../support/shared.js";
import { needsNamespace, runScenario } from "./support/namespace.js";

const SEED = Number(process.env["ZC_FILTER_SEED"] ?? 7);
const EXPRESSIONS = 40;
/** Longer frames than lo takes. */
const LONGEST = 9000;

const CHOSEN = [
  "udp.port == 53",
  "vlan.id in 0..4095",
  "vlan && !vlan[1]",
  "vlan[1].id > 0",
  "!(tcp.port == 80)",
  "ipv4.protocol == udp && udp.port != 53",
  "ethernet.dst == ff:ff:ff:ff:ff:ff",
  "ipv6.src in fe80::/10 && icmpv6",
];

interface Outcome {
  received: number;
  tagged: number;
  sequence: number;
  results: {
    text: string;
    isExact: boolean;
    size: number;
    lost: number;
    matched: number;
    needless: number;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "zc-filter-"));
afterAll(() => {
  delete process.env["ZC_FILTER_SCENE"];
  rmSync(folder, { recursive: true });
});
beforeEach(needsNamespace);
beforeEach(needsPcaps());

it(`loses no packet that matches when the kernel runs a filter (seed ${SEED})`, async () => {
  const isFrame = ({ linkType, bytes }: Bytes): boolean =>
    linkType === 1 && bytes.length >= 14 && bytes.length <= LONGEST;
  const frames = (await corpus()).filter(isFrame).map(({ bytes }) => Buffer.from(bytes).toString("hex"));
  const random = fc.sample(
    expressions(() => []),
    { seed: SEED, numRuns: EXPRESSIONS },
  );
  const scene = join(folder, "scene.json");
  writeFileSync(scene, JSON.stringify({ frames, expressions: [...CHOSEN, ...random] }));
  process.env["ZC_FILTER_SCENE"] = scene;

  const { received, tagged, sequence, results } = await runScenario<Outcome>("kernel-filter.mjs");
  expect(received).toBeGreaterThan(frames.length * 0.9);
  expect(tagged).toBeGreaterThan(0);
  expect(sequence).toBeGreaterThan(0);
  expect(results.filter(({ lost }) => lost > 0)).toEqual([]);
  expect(results.filter(({ isExact, needless }) => isExact && needless > 0)).toEqual([]);
  expect(results.filter(({ matched }) => matched > 0).length).toBeGreaterThan(CHOSEN.length);
});
