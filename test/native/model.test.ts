import { beforeEach, describe, expect, it } from "vitest";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface Outcome {
  readonly runs: number;
  readonly ran: Record<string, number>;
}

beforeEach((context) => needsNamespace(context));

describe("any sequence of sending, taking, releasing, late reading and closing", () => {
  it.each([
    ["mock", 2000],
    ["real", 200],
  ])("keeps what a ring promises (%s, %i sequences)", async (kind, runs) => {
    const { ran } = await runScenario<Outcome>("model.mjs", { args: [kind, String(runs)] });
    for (const command of ["send", "settle", "take", "release", "stats", "forget", "dispose", "close"]) {
      expect(ran[command]).toBeGreaterThan(runs / 10);
    }
  });
});
