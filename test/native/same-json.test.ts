import { beforeEach, expect, it } from "vitest";
import { needsPcaps, PCAPS } from "../support/shared.js";
import { needsIproute, needsNamespace, needsTcpreplay, runScenario } from "./support/namespace.js";

beforeEach(needsNamespace);
beforeEach(needsIproute);
beforeEach(needsTcpreplay);
beforeEach(needsPcaps());

interface Report {
  readonly frames: number;
  readonly arrived: number;
  readonly taken: number;
  readonly differences: readonly string[];
}

it("gives the same JSON for a frame from a ring, from a MockRing and from a file, the VLAN tag put back", async () => {
  const { frames, arrived, taken, differences } = await runScenario<Report>("same-json.mjs", {
    veth: true,
    args: [PCAPS],
  });
  expect(differences).toEqual([]);
  expect(arrived).toBe(frames);
  expect(frames).toBeGreaterThan(3000);
  expect(taken).toBeGreaterThan(100);
});
