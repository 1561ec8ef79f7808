import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import type { RingStats } from "zc-gen/ring";
import { requirement } from "../support/requirement.js";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface ReadBack {
  readonly read: number;
  readonly inOrder: boolean;
  readonly accepted: number;
  readonly osDropped: number;
  readonly delivered: number;
}

interface Overload extends ReadBack {
  readonly sent: number;
  readonly packets: number;
  readonly files: number;
  readonly stats: RingStats;
}

interface Captured extends ReadBack {
  readonly code: number;
  readonly summary: RingStats & { readonly written: number; readonly files: string[] };
}

interface Run {
  readonly code: number;
  readonly stderr: string;
}

interface Results {
  readonly ring: Overload;
  readonly slots: Overload;
  readonly tools: { readonly rows: string[]; readonly tcpdump: number; readonly delay: number[] };
  readonly cooked: { readonly rows: string[] };
  readonly capture: Captured;
  readonly workers: Captured & { readonly rows: number };
  readonly full: Run;
  readonly wrong: Run[];
}

const needsReaders = requirement(
  "tshark and tcpdump",
  () =>
    ["tshark", "tcpdump"].every((name) => spawnSync(name, ["--version"]).error === undefined) ||
    "one of them is missing",
  "apt-get install tshark tcpdump",
);

let results: Promise<Results> | undefined;

beforeEach((context) => {
  needsNamespace(context);
  needsReaders(context);
  results ??= runScenario<Results>("record.mjs");
});

describe("a recording of a live source", () => {
  it.each(["ring", "slots"] as const)(
    "accounts for every packet that was sent, under overload (%s)",
    async (kind) => {
      const { sent, packets, stats, files, ...read } = (await (results as Promise<Results>))[kind];
      expect(stats.dropped).toBeGreaterThan(0);
      expect(packets + stats.dropped).toBe(sent);
      expect(read).toEqual({
        read: packets,
        inOrder: true,
        accepted: sent,
        osDropped: stats.dropped,
        delivered: packets,
      });
      expect(files).toBeGreaterThan(1);
    },
  );

  it("is read by tshark and tcpdump, VLAN tags in place", async () => {
    const { rows, tcpdump, delay } = (await (results as Promise<Results>)).tools;
    expect(rows).toEqual(["64\t64\t\t\tlo", "68\t68\t7\t1\tlo", "1000\t1000\t\t\tlo"]);
    expect(tcpdump).toBe(3);
    for (const seconds of delay) expect(seconds).toBeLessThan(60);
  });

  it("of all interfaces says where each packet came from", async () => {
    const { rows } = (await (results as Promise<Results>)).cooked;
    const row = "0x88b5\t1\t772\t2\t6\t02:00:00:00:00:01\t70"; // multicast to lo; 64 bytes, 14 of Ethernet less, 20 of SLL2 more
    expect(rows).toEqual([row, row]);
  });
});

describe("zc-gen capture -w", () => {
  it("has every packet in its files after Ctrl-C", async () => {
    const { code, summary, ...read } = (await (results as Promise<Results>)).capture;
    expect(code).toBe(0);
    expect(summary).toMatchObject({ received: 5120, dropped: 0, pending: 0, written: 5120 });
    expect(summary.files.length).toBeGreaterThan(3);
    expect(read).toEqual({ read: 5120, inOrder: true, accepted: 5120, osDropped: 0, delivered: 5120 });
  });

  it("has them with several workers too, each with a file, and prints their fields", async () => {
    const { code, summary, read, rows } = (await (results as Promise<Results>)).workers;
    expect(code).toBe(0);
    expect(summary).toMatchObject({ received: 5120, dropped: 0, pending: 0, written: 5120 });
    expect(summary.files.map((file) => file.replace(/.*-/, ""))).toEqual(
      expect.arrayContaining(["w0.pcapng", "w1.pcapng"]),
    );
    expect({ read, rows }).toEqual({ read: 5120, rows: 5120 });
  });

  it("says what is wrong", async () => {
    const { full, wrong } = await (results as Promise<Results>);
    expect(full).toMatchObject({ code: 1, stderr: expect.stringContaining("ENOSPC") as string });
    expect(wrong.map(({ code }) => code)).toEqual(wrong.map(() => 2));
    const expected = ["-w FILE", '"many"', "standard output", "--rotate", "--count", "not both"];
    for (const [i, text] of expected.entries()) expect(wrong[i]?.stderr).toContain(text);
  });
});
