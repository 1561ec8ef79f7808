import { beforeEach, describe, expect, it } from "vitest";
import { needsNamespace, runScenario } from "./support/namespace.js";

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Runs = Record<
  | "fields"
  | "json"
  | "live"
  | "filtered"
  | "chosen"
  | "wrongFilter"
  | "noField"
  | "noInterface"
  | "notThere"
  | "badNumber"
  | "help"
  | "interfaces"
  | "interfacesJson"
  | "doctor"
  | "doctorJson",
  Run
>;

let runs: Promise<Runs> | undefined;

beforeEach((context) => {
  needsNamespace(context);
  runs ??= runScenario<Runs>("command.mjs");
});

const of = async (name: keyof Runs): Promise<Run> => (await (runs as Promise<Runs>))[name];
const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("zc-gen capture", () => {
  it("prints fields, and at Ctrl-C what was delivered and dropped", async () => {
    const { code, stdout, stderr } = await of("fields");
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(Array.from({ length: 6 }, (_, i) => `${i % 2 === 0 ? 64 : 200}\t34997\t-`));
    expect(stderr).toContain("6 packets in");
    expect(stderr).toContain("6 delivered, 0 dropped because the ring was full");
  });

  it("ends after a count, and speaks JSON", async () => {
    const rows = lines((await of("json")).stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.slice(0, 4)).toEqual([{ length: 64 }, { length: 64 }, { length: 64 }, { length: 64 }]);
    expect(rows).toHaveLength(5);
    expect(rows[4]?.["summary"]).toMatchObject({ received: 6 });
  });

  it("has a live line that tells rate, losses and lag", async () => {
    const { stderr, code } = await of("live");
    expect(code).toBe(0);
    expect(stderr).toContain("5 packets, ");
    expect(stderr).toContain("dropped: 0 ring full, 0 card; oldest lease 0 ms");
  });

  it("takes an expression, of which the kernel runs what it can", async () => {
    const { code, stdout } = await of("chosen");
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(["200", "200", "200"]);
    expect(await of("wrongFilter")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "udp"?') as string,
    });
  });

  it("takes a filter as tcpdump -ddd prints it", async () => {
    expect(JSON.parse((await of("filtered")).stdout)).toMatchObject({ summary: { received: 0 } });
  });

  it("says what is wrong with its arguments", async () => {
    expect(await of("noField")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"ipv4.nope"') as string,
    });
    expect(await of("noInterface")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("-i INTERFACE") as string,
    });
    expect(await of("badNumber")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--count") as string,
    });
    expect(await of("notThere")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has lo") as string,
    });
    expect(await of("help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("--duration") as string,
    });
  });
});

describe("zc-gen interfaces and doctor", () => {
  it("list interfaces with addresses", async () => {
    expect((await of("interfaces")).stdout).toMatch(/^lo: up, MTU \d+, LINKTYPE 1.*\n {2}127\.0\.0\.1\/8/m);
    expect(JSON.parse(lines((await of("interfacesJson")).stdout)[0] ?? "")).toMatchObject({
      name: "lo",
      up: true,
    });
  });

  it("pass packets through a ring, and find nothing wrong here", async () => {
    const { code, stdout } = await of("doctor");
    expect(code).toBe(0);
    expect(stdout).toContain("100 of 100 packets came through a ring on lo");
    expect(stdout).toMatch(/^ok +CAP_NET_RAW: there/m);
  });

  it("tell each problem with its remedy", async () => {
    const { code, stdout } = await of("doctorJson");
    expect(code).toBe(1);
    const findings = lines(stdout).map((line) => JSON.parse(line) as { state: string; remedy?: string });
    const problems = findings.filter(({ state }) => state === "problem");
    expect(problems).toHaveLength(1);
    expect(problems[0]?.remedy).toContain("lo");
  });
});
