import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { decode } from "../../decode/command.js";
import { ProgressBar } from "../../decode/progress.js";
import { pcap, Pcapng } from "../files/support/captures.js";
import { requirement } from "../support/requirement.js";

const BIN = fileURLToPath(new URL("../../dist/generator/bin.js", import.meta.url));
const needsBin = requirement("the built command", () => existsSync(BIN) || `no ${BIN}`, "npm run build");

const folder = mkdtempSync(join(tmpdir(), "zc-decode-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hex = (text: string): number[] => [...Buffer.from(text.replaceAll(" ", ""), "hex")];
const ETHERNET = "020000000001 020000000002 0800";
const UDP = hex(`${ETHERNET} 4500001e000100004011f6cac0000201c0000202 a4101b58 000a5404 6869`);
const SYN = hex(
  `${ETHERNET} 4500002800010000 4006f6cb c0000201c0000202 a4100050 00000001 00000000 5002 ffff 0000 0000`,
);
const ARP = hex(
  "ffffffffffff 020000000002 0806 0001080006040001 020000000002 c0000201 000000000000 c0000202",
);
const TAGGED = hex("020000000001 020000000002 8100 0005 8100 6007 88cc 0000");
const CUT = UDP.slice(0, 38);

function file(...frames: readonly (readonly number[])[]): string {
  const path = join(folder, `${readdirSync(folder).length}.pcap`);
  writeFileSync(path, pcap({}, ...frames.map((frame, at) => [3600 + at, 123_456, frame] as const)));
  return path;
}

const ALL = file(UDP, SYN, ARP, TAGGED, CUT);

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    write: (text: string) => (texts[name] += text) !== "",
    once: () => undefined,
    off: () => undefined,
  });
  const { signal } = new AbortController();
  const code = await decode(args, { stdout: stream("out"), stderr: stream("err"), signal });
  return { code, ...texts };
}

describe("a layer that no number tells", () => {
  const rtp = (sequence: number): number[] =>
    hex(
      `${ETHERNET} 45000028000100004011f6cac0000201c0000202 a4101b58 00140000 80600${sequence}00 00000000 00000007`,
    );

  it("follows where the command line says so, in one packet after the other", async () => {
    const { out } = await run(file(rtp(1), rtp(2), UDP), "--json", "--decode-as", "udp.port==7000,rtp");
    const packets = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { layers: { proto: string; offset: number; fields: object }[] });
    expect(
      packets.map(({ layers }) => layers.map(({ proto, offset }) => `${proto}@${offset}`).join(" ")),
    ).toEqual([
      "ethernet@0 ipv4@14 udp@34 rtp@42",
      "ethernet@0 ipv4@14 udp@34 rtp@42",
      "ethernet@0 ipv4@14 udp@34 rtp@42",
    ]);
    expect(packets.map(({ layers }) => layers[3]?.fields)).toMatchObject([{ sequence_number: 0x100 }, { sequence_number: 0x200 }, { version: 1 }]); // prettier-ignore
  });

  it.each([
    ["udp.port=7000,rtp", /not like udp\.port==5004,rtp/],
    ["udp.prt==7000,rtp", /no rule "udp\.prt"/],
    ["udp.port==70000,rtp", /from 0 to 65535/],
    ["udp.port==7000,rtpx", /no layer "rtpx"/],
  ])("is refused as %s", async (rule, message) => {
    const { code, err } = await run(ALL, "--decode-as", rule);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe("a line a packet", () => {
  it("tells time, ends and what it is, as tcpdump does", async () => {
    const { code, out } = await run(ALL);
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines.every((line) => /^\d\d:\d\d:\d\d\.123456 /.test(line))).toBe(true);
    expect(lines.map((line) => line.slice(16))).toEqual([
      "IP 192.0.2.1.42000 > 192.0.2.2.7000: UDP, length 2",
      "IP 192.0.2.1.42000 > 192.0.2.2.80: Flags [S], seq 1, win 65535, length 0",
      "ARP, Request who-has 192.0.2.2 tell 192.0.2.1",
      "vlan 5, p 0, vlan 7, p 3, 02:00:00:00:00:02 > 02:00:00:00:00:01, lldp, length 0",
      "IP 192.0.2.1 > 192.0.2.2: udp, length 4 [udp at 34 needs 8 bytes, but only 4 are there]",
    ]);
  });

  it("are those of the packets that match", async () => {
    const { out } = await run(ALL, "--filter", "tcp.syn || arp");
    const starts = out.trimEnd().split("\n").map((line) => line.slice(16, 19)); // prettier-ignore
    expect(starts).toEqual(["IP ", "ARP"]);
    expect((await run(ALL, "--filter", "ipv4", "--count", "1")).out).toContain("UDP");
    const { code, err } = await run(ALL, "--filter", "tcp.sin");
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean "syn"?')]);
  });

  it("can have the layers and the bytes with it", async () => {
    const { out } = await run(ALL, "--layers", "--hex", "--count", "1");
    expect(out).toContain("\n    ethernet@0 / ipv4@14 / udp@34\n");
    expect(out).toContain("0017  11");
    expect(out).toContain("dst_port 7000");
  });
});

describe("--json", () => {
  it("gives an object a packet, with exact times", async () => {
    const { out } = await run(ALL, "--json");
    const packets = out.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(packets).toHaveLength(5);
    expect(packets[0]).toMatchObject({
      n: 1,
      ts: "3600.123456000",
      caplen: UDP.length,
      len: UDP.length,
      layers: [
        { proto: "ethernet", offset: 0, fields: { ether_type: 0x0800 } },
        { proto: "ipv4", offset: 14, fields: { src: "192.0.2.1", dont_fragment: false } },
        { proto: "udp", offset: 34, fields: { src_port: 42000, dst_port: 7000 } },
      ],
    });
    expect(packets[4]).toMatchObject({ fault: { code: "ERR_ZC_TRUNCATED" } });
  });

  it("gives what there is of a layer that was cut off, and nothing of one of which no field is whole", async () => {
    const { out } = await run(file(CUT, UDP.slice(0, 35), UDP.slice(0, 13)), "--json");
    const [cut, bare, link] = out.trim().split("\n").map((line) => JSON.parse(line) as { layers: object[] }); // prettier-ignore
    expect(cut?.layers[2]).toEqual({ proto: "udp", offset: 34, fields: { src_port: 42_000, dst_port: 7000 }, partial: true }); // prettier-ignore
    expect([bare?.layers.length, link?.layers.length]).toEqual([2, 0]);
  });

  it("gives the options of a header one by one, with the bytes of each and its end", async () => {
    const options = hex("020405b4 0402 fe04 f989 2205 aabbcc 01 00 555555".replaceAll(" ", ""));
    const syn = [...SYN.slice(0, 46), 0xa0, ...SYN.slice(47), ...options];
    syn[17] = 20 + 40;
    const { out } = await run(file(syn), "--json");
    const { layers } = JSON.parse(out) as { layers: { fields: Record<string, unknown> }[] };
    expect(layers[2]?.fields["options"]).toEqual([
      { kind: 2, length: 4, data: "05b4", mss: 1460 },
      { kind: 4, length: 2 },
      { kind: 254, length: 4, data: "f989", experiment_id: 0xf989 },
      { kind: 34, length: 5, data: "aabbcc", cookie: "aabbcc" },
      { kind: 1 },
      { kind: 0 },
    ]);
  });

  it("has no time where the file has none, and a length where the frame has one", async () => {
    const path = join(folder, "simple.pcapng");
    const frame = hex("0180c2000000 020000000002 0003 424203");
    writeFileSync(path, new Pcapng().section().interface(1).simplePacket(frame).done());
    const packet = JSON.parse((await run(path, "--json")).out) as { layers: { fields: object }[] };
    expect(packet).not.toHaveProperty("ts");
    expect(packet.layers[0]?.fields).toEqual({
      dst: "01:80:c2:00:00:00",
      src: "02:00:00:00:00:02",
      length: 3,
    });
  });
});

describe("--fields", () => {
  it("gives CSV, empty where a layer is missing, all values where it comes again", async () => {
    const { out } = await run(ALL, "--fields", "frame.n,frame.ts,ipv4.src,udp.dst_port,vlan.vid");
    expect(out.split("\n")).toEqual([
      "frame.n,frame.ts,ipv4.src,udp.dst_port,vlan.vid",
      "1,3600.123456000,192.0.2.1,7000,",
      "2,3601.123456000,192.0.2.1,,",
      "3,3602.123456000,,,",
      "4,3603.123456000,,,5 7",
      "5,3604.123456000,192.0.2.1,,",
      "",
    ]);
  });

  it("gives tabs with --tsv", async () => {
    expect((await run(ALL, "--fields", "frame.n,udp.src_port", "--tsv", "--count", "1")).out).toBe(
      "frame.n\tudp.src_port\n1\t42000\n",
    );
  });

  it.each([
    ["ipv4.sorce", /ipv4 has no field sorce, but version, ihl/],
    ["gopher.x", /there is no layer gopher/],
    ["constructor.x", /there is no layer constructor/],
    ["frame.x", /frame has n, ts, caplen, len/],
    ["ipv4", /"ipv4" is no layer\.field/],
  ])("refuses %s", async (name, message) => {
    const { code, err, out } = await run(ALL, "--fields", name);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });
});

describe("--verbose", () => {
  it("gives every field with its meaning", async () => {
    const { out } = await run(ALL, "-v", "--count", "1");
    expect(out).toContain("packet 1: 44 bytes, 3600.123456000\n");
    expect(out).toContain("  udp at 34, 8 bytes: User Datagram Protocol header.\n    src_port  42000\n");
    expect(out).toMatch(/protocol +17 \(udp\)/);
    expect(out).toContain("payload: 2 bytes at 42");
  });
});

describe("the command", () => {
  it("ends with 1 for damage, after all packets before it", async () => {
    const path = join(folder, "cut.pcap");
    writeFileSync(path, pcap({}, [1, 0, UDP], [2, 0, UDP]).subarray(0, -1));
    const { code, out, err } = await run(path, "--fields", "frame.n");
    expect([code, out]).toEqual([1, "frame.n\n1\n"]);
    expect(err).toContain("was cut off: what begins at byte 84 needs 60 bytes, but only 59 are there");
  });

  it.each([
    [["nowhere.pcap"], /ENOENT/],
    [[join(folder, "cut.pcap"), "--json", "-v"], /exclude each other/],
    [[join(folder, "cut.pcap"), "--tsv"], /goes with --fields/],
    [[join(folder, "cut.pcap"), "--count", "-1"], /count/],
    [["a", "b"], /one capture file at a time/],
    [[], /a capture file is missing/],
    [["--frobnicate"], /frobnicate/],
  ])("ends with 2 for %j", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });

  it("has help", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("Usage: zc-gen decode FILE|-");
  });
});

describe("the program", () => {
  beforeEach(needsBin);

  const shell = (command: string): ReturnType<typeof spawnSync> =>
    spawnSync("bash", ["-c", command], { encoding: "utf8", env: { ...process.env, TZ: "UTC" } });

  it("reads standard input, and packed captures", () => {
    const first = "01:00:00.123456 IP 192.0.2.1.42000";
    expect(shell(`${process.execPath} ${BIN} decode - < ${ALL}`).stdout).toContain(first);
    expect(shell(`gzip -c ${ALL} | ${process.execPath} ${BIN} decode -`).stdout).toContain(first);
  });

  it("compiles a user's own schemas and uses them on the spot", () => {
    const schemas = join(folder, "own");
    mkdirSync(schemas);
    const text =
      "zc: 1\nname: greeting\nendian: big\nattach: { udp.dst_port: 7000 }\nfields: { word: u16 }\n";
    writeFileSync(join(schemas, "greeting.yaml"), text);
    const decode = `${process.execPath} ${BIN} decode ${ALL} --count 1 --schemas ${schemas}`;
    const { stdout, stderr, status } = shell(decode);
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toContain("192.0.2.2.7000: UDP, greeting word 26729, length 0");
    expect(shell(`${decode} --json`).stdout).toContain(
      '{"proto":"greeting","offset":42,"fields":{"word":26729}}',
    );
    expect(shell(`${decode} --fields greeting.word`).stdout).toBe("greeting.word\n26729\n");
    writeFileSync(join(schemas, "greeting.yaml"), text.replace("u16", "u61q"));
    expect(shell(decode)).toMatchObject({ stdout: "", status: 2 });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("zc-gen-decode-"))).toEqual([]);
  });

  it("ends silently when nobody reads on", () => {
    const many = file(...Array.from({ length: 20_000 }, () => UDP));
    const { stdout, stderr } = shell(
      `set -o pipefail; ${process.execPath} ${BIN} decode --json ${many} | head -n 1; echo "code \${PIPESTATUS[0]}"`,
    );
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^\{"n":1,.*\}\ncode 0\n$/);
  });
});

describe("the progress bar", () => {
  it("comes after a second, moves five times a second, and goes", () => {
    const texts: string[] = [];
    const bar = new ProgressBar((text) => texts.push(text), 0);
    const at = (ms: number, share: number): void =>
      bar.show({ packets: 1000 * share, position: 200 * share, size: 200 }, ms);
    at(900, 0.2);
    at(1100, 0.5);
    at(1200, 0.6);
    at(1400, 1);
    bar.clear();
    expect(texts).toEqual([
      `\r[${"#".repeat(15)}${" ".repeat(15)}]  50 %, 500 packets, 455 a second\u001b[K`,
      `\r[${"#".repeat(30)}] 100 %, 1,000 packets, 714 a second\u001b[K`,
      "\r\u001b[K",
    ]);
  });
});
