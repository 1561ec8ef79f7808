import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { needsNamespace } from "../native/support/namespace.js";
import { IN_NAMESPACE, needsUnprivileged, needsUserNamespaces, UNPRIVILEGED } from "./support/privilege.js";
import { needsExamples, runCommand, runExample, type Ended } from "./support/run.js";

const LIVE = "live/main.js";
const PROTOCOLS = [
  "ipv4 / tcp",
  "ipv4 / udp",
  "vlan / ipv4 / udp",
  "ipv6 / udp",
  "arp",
  "ipv4 / icmp",
  "ipv6 / icmpv6",
];

beforeEach(needsExamples);

/** The number before or after a word in the summary. */
function count(stdout: string, name: string): number {
  const line = new RegExp(`^${name} +([\\d,]+)`, "m").exec(stdout);
  return Number((line?.[1] ?? "").replaceAll(",", ""));
}

function expectSummary({ stdout, stderr, code }: Ended): void {
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ +\d\.\d s +[\d,]+ packets\/s +[\d.]+ Mbit\/s/m);
  expect(count(stdout, "packets")).toBeGreaterThan(1_000);
  expect(count(stdout, "dropped")).toBe(0);
  expect(stdout).toMatch(/^decoder +\d+ ns a packet/m);
  for (const name of PROTOCOLS) expect(stdout).toContain(`ethernet / ${name} `);
  expect(stdout).toMatch(/^192\.0\.2\.20 > 192\.0\.2\.10 +[\d,]+/m);
  expect(stdout).toMatch(/^One packet {2}ethernet .* \| udp /m);
  const source = /^ {2}[0-9a-f]{4} {2}c0 00 02 ([0-9a-f]{2}) +src 192\.0\.2\.(\d+)$/m.exec(stdout);
  expect(source, stdout).not.toBeNull();
  expect(Number.parseInt(source?.[1] ?? "", 16)).toBe(Number(source?.[2]));
  expect(stdout).not.toContain("\x1b"); // no terminal, no colour
  const lines = stdout.slice(stdout.indexOf("\npackets ")).split("\n");
  const wide = lines.filter((line) => line.length > 100 && !line.startsWith("One packet"));
  expect(wide).toEqual([]);
}

describe("the demonstration, with privileges or user namespaces", () => {
  beforeEach(needsNamespace);

  it("decodes its own traffic on a live ring and ends by itself", async () => {
    const ended = await runExample(LIVE, ["--seconds", "2"]);
    expect(ended.stdout).toMatch(/^live: a TPACKET_V3 ring/);
    expectSummary(ended);
  });

  it("ends at Ctrl-C with the summary", async () => {
    const signals = [{ when: /packets\/s of our own/, signal: "SIGINT" }] as const;
    const { code, stdout } = await runExample(LIVE, ["--seconds", "30"], { signals });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^packets /m);
  });
});

describe("the demonstration, unprivileged", () => {
  beforeEach(needsUnprivileged);

  it("makes a user namespace of its own and decodes live there", async (context) => {
    needsUserNamespaces(context);
    needsNamespace(context);
    const ended = await runExample(LIVE, ["--seconds", "2"], { under: UNPRIVILEGED });
    expect(ended.stdout).toMatch(/^live: a TPACKET_V3 ring/);
    expectSummary(ended);
  });

  it("says in a sentence that an interface may not be captured", async (context) => {
    needsNamespace(context);
    const { code, stderr } = await runExample(LIVE, ["--interface", "lo"], { under: UNPRIVILEGED });
    expect(stderr).toMatch(/^zc-gen: opening a ring on lo failed: EPERM in .*CAP_NET_RAW.*\n$/);
    expect(code).toBe(1);
  });
});

describe("the demonstration, where no namespace can be made", () => {
  const folder = mkdtempSync(join(tmpdir(), "zc-unshare-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("says why and what to do, and replays the bundled capture", async () => {
    const unshare = join(folder, "unshare");
    writeFileSync(
      unshare,
      "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n",
    );
    chmodSync(unshare, 0o755);
    const env = { PATH: `${folder}${delimiter}${process.env["PATH"]}` };
    const ended = await runExample(LIVE, ["--seconds", "2"], { env });
    expect(ended.stdout).toMatch(
      /^No live ring here: .*; meanwhile a bundled capture is replayed through MockRing\.\n/,
    );
    expectSummary(ended);
  });

  it("does so without the unshare command", async () => {
    const { stdout, code } = await runExample(LIVE, ["--seconds", "0.2"], { env: { PATH: "/nonexistent" } });
    expect(stdout).toMatch(/^No live ring here: /);
    expect(code).toBe(0);
  });
});

describe("--interface", () => {
  beforeEach(needsNamespace);

  it("captures until Ctrl-C, and delivers the last packets", async () => {
    const { stdout } = await runCommand([
      ...IN_NAMESPACE,
      process.execPath,
      "--input-type=module",
      "-e",
      CAPTURE,
    ]);
    expect(stdout).toContain("live: a TPACKET_V3 ring on lo, until Ctrl-C\n");
    expect(count(stdout, "packets")).toBe(123);
    expect(count(stdout, "dropped")).toBe(0);
    expect(stdout).toMatch(/^127\.0\.0\.1 > 127\.0\.0\.1 +123 /m);
  });

  it("quits at once at a second Ctrl-C", async () => {
    const { stdout } = await runCommand([
      ...[...IN_NAMESPACE, process.execPath, "--input-type=module", "-e"],
      'process.on("exit", (code) => console.log(`exit ${code}`));' +
        CAPTURE.replace("await running", INTERRUPT),
    ]);
    expect(stdout).toContain("exit 130");
  });

  it("names the interfaces when there is none of that name", async () => {
    const { code, stderr } = await runExample(LIVE, ["--interface", "loo"]);
    expect(stderr).toMatch(/^zc-gen: there is no interface "loo"; .*\blo\b.*did you mean lo\?\n$/);
    expect(code).toBe(1);
  });
});

describe("the command line", () => {
  it("prints its help", async () => {
    const { code, stdout } = await runExample(LIVE, ["--help"]);
    expect(stdout).toMatch(/^Usage: npm start/);
    expect(code).toBe(0);
  });

  it.each([["--nonsense"], ["--seconds", "never"], ["--seconds", "0"], ["--interface", ""], ["eth0"]])(
    "refuses %s %s",
    async (...args) => {
      const { code, stderr } = await runExample(LIVE, args);
      expect(stderr).toMatch(/^zc-gen: .*\n\nUsage: npm start/);
      expect(code).toBe(2);
    },
  );
});

describe("npm start", () => {
  beforeEach(needsNamespace);

  it("generates the classes, then decodes", async () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const ended = await runCommand(["npm", "--prefix", root, "start", "--", "--seconds", "1"]);
    expect(ended.stdout).toMatch(/\d+ classes from \d+ schemas in [\d.]+ m?s/);
    expect(ended.stdout).toMatch(/^packets +[\d,]+ in 1\.\d s/m);
    expect(ended.code).toBe(0);
  }, 120_000);
});

const MODULE = (name: string): string => JSON.stringify(new URL(`../../dist/${name}`, import.meta.url).href);
const INTERRUPT = 'process.kill(process.pid, "SIGINT")';

/** The program in a namespace whose loopback is up; 123 datagrams when its ring is there, and Ctrl-C at once. */
const CAPTURE = `
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { setInterfaceUp } from ${MODULE("native/index.js")};
setInterfaceUp("lo");
const socket = createSocket("udp4");
await new Promise((done) => socket.bind(9, "127.0.0.1", done)); // nobody answers that the port is closed
process.argv.splice(1, 0, "main.js", "--interface", "lo");
const running = import(${MODULE("examples/live/main.js")});
while (readFileSync("/proc/net/packet", "utf8").trim().split("\\n").length < 2) await new Promise((done) => setTimeout(done, 5));
for (let sent = 0; sent < 123; sent++) await new Promise((done) => socket.send("x", 9, "127.0.0.1", done));
socket.close();
${INTERRUPT};
await running;
`;
