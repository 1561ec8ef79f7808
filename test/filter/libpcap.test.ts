// Beside libpcap's optimised programs for the same filters: how many instructions they have, and how many run a packet.
import { spawnSync } from "node:child_process";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { filter, fromTcpdump, type BpfInstruction } from "zc-gen/filter";
import { needsPcaps } from "../support/shared.js";
import { run } from "./support/bpf-machine.js";
import { corpus, type Bytes } from "./support/corpus.js";
import { needsTcpdump } from "./support/tcpdump.js";

const EXPRESSIONS = [
  "ip",
  "ip6",
  "arp",
  "tcp",
  "udp",
  "icmp",
  "icmp6",
  "udp dst port 53",
  "udp port 53",
  "tcp port 80",
  "tcp port 80 or 443",
  "port 53",
  "host 10.0.0.138",
  "src host 10.0.0.1",
  "net 10.0.0.0/8",
  "src net 10.0.0.0/8",
  "ip6 host fe80::1",
  "tcp port 80 and host 10.1.2.3",
  "ether host 02:00:00:00:00:01",
  "portrange 1-1023",
  "udp portrange 1-1023",
  "ip proto 6",
  "ip6 proto 17",
  "less 100",
  "tcp[tcpflags] & tcp-syn != 0",
  "tcp[13] = 18",
  "ip[6:2] & 0x1fff = 0",
  "ether[0] & 1 != 0",
  "icmp[icmptype] = icmp-echo",
  "ip[0] & 0xf > 5",
  "udp[0:2] = udp[2:2]",
] as const;

/** Longer than libpcap's, as a header that is cut off is not there for us, and the packet matches. */
const OF_WHAT_IS_CUT_OFF = ["not arp", "ip and not tcp port 22"] as const;

/** libpcap's program. */
function libpcap(expression: string): BpfInstruction[] {
  const { stdout, status } = spawnSync("tcpdump", ["-y", "EN10MB", "-ddd", expression], { encoding: "utf8" });
  expect(status).toBe(0);
  const [, ...lines] = stdout.trim().split("\n");
  return lines.map((line) => {
    const [code = 0, jt = 0, jf = 0, k = 0] = line.split(" ").map(Number);
    return { code, jt, jf, k };
  });
}

function ours(expression: string): readonly BpfInstruction[] {
  return filter(fromTcpdump(expression, { isExact: true })).program().instructions;
}

describe("beside libpcap's program for the same filter", () => {
  let frames: Bytes[] = [];
  beforeEach(needsTcpdump);
  beforeEach(needsPcaps());
  beforeAll(async () => {
    const found = await corpus().catch(() => []);
    frames = found.filter(({ linkType, bytes }) => linkType === 1 && bytes.length >= 14);
  });

  /** Instructions that run for the packets of other projects, on average. */
  const meanSteps = (program: readonly BpfInstruction[]): number =>
    frames.reduce((sum, { bytes }) => sum + run(program, bytes).steps, 0) / frames.length;

  it.each(EXPRESSIONS)("%s is as short, and runs as few instructions a packet", (expression) => {
    const [mine, theirs] = [ours(expression), libpcap(expression)];
    const [steps, theirSteps] = [meanSteps(mine), meanSteps(theirs)];
    console.log(
      `${expression.padEnd(30)} ${mine.length} of ${theirs.length}, a packet ${steps.toFixed(1)} of ${theirSteps.toFixed(1)}`,
    );
    expect(mine.length).toBeLessThanOrEqual(theirs.length);
    expect(steps).toBeLessThanOrEqual(theirSteps);
  });

  it.each(OF_WHAT_IS_CUT_OFF)("%s is longer, and passes what is cut off", (expression) => {
    const [mine, theirs] = [ours(expression), libpcap(expression)];
    expect(mine.length).toBeGreaterThan(theirs.length);
    const differ = frames.filter(({ bytes }) => {
      return run(mine, bytes).result > 0 !== run(theirs, bytes).result > 0;
    });
    for (const { bytes } of differ) expect(run(theirs, bytes).result).toBe(0);
  });
});
