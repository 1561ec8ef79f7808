import { readFileSync } from "node:fs";
import { release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  describeInterface,
  listInterfaces,
  PacketSender,
  RingError,
  RxRing,
  type InterfaceDetail,
} from "../native/index.js";
import type { CaptureHost } from "./command.js";
import { distortions } from "./interface-list.js";
import type { CaptureOptions } from "./options.js";

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly state: "ok" | "note" | "problem";
  readonly detail: string;
  readonly remedy?: string;
}

const CAP_NET_RAW = 13;
const CAP_NET_ADMIN = 12;
const SELF_TEST_PACKETS = 100;
const ETHERTYPE_EXPERIMENTAL = 0x88b5; // IEEE 802 local experimental EtherType 1
const WAIT_MS = 500;

/** `zc-gen doctor`: looks at everything that a capture needs; 1 when something is missing. */
export async function doctor(options: CaptureOptions, host: CaptureHost): Promise<number> {
  const findings = [...system(), addon()];
  if (findings.every(({ state }) => state !== "problem")) {
    findings.push(...capabilities(), ...limits(), ...interfaceFindings(options.interface), await selfTest());
  }
  if (options.json) for (const finding of findings) host.stdout.write(`${JSON.stringify(finding)}\n`);
  else for (const finding of findings) host.stdout.write(lineOf(finding));
  return findings.some(({ state }) => state === "problem") ? 1 : 0;
}

function lineOf({ what, state, detail, remedy }: Finding): string {
  const mark = { ok: "ok     ", note: "note   ", problem: "PROBLEM" }[state];
  return `${mark}  ${what}: ${detail}\n${remedy === undefined ? "" : `         -> ${remedy}\n`}`;
}

function system(): Finding[] {
  if (process.platform !== "linux") {
    const remedy = "captures need Linux (AF_PACKET); files and decoders work here";
    return [{ what: "system", state: "problem", detail: process.platform, remedy }];
  }
  const header = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header;
  const libc = header.glibcVersionRuntime === undefined ? "musl" : `glibc ${header.glibcVersionRuntime}`;
  const detail = `Linux ${release()}, ${process.arch}, ${libc}, Node ${process.versions.node}`;
  return [{ what: "system", state: "ok", detail }];
}

function addon(): Finding {
  try {
    return { what: "addon", state: "ok", detail: `loaded; ${listInterfaces().length} interfaces here` };
  } catch (error) {
    return failed("addon", error);
  }
}

function capabilities(): Finding[] {
  const status = readText("/proc/self/status");
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? "0"}`);
  const has = (bit: number): boolean => ((effective >> BigInt(bit)) & 1n) === 1n;
  const inNamespace = readText("/proc/self/uid_map").trim().split(/\s+/)[2] !== "4294967295";
  const where = inNamespace ? ", in a user namespace: it counts for network namespaces made inside it" : "";
  const raw: Finding = has(CAP_NET_RAW)
    ? { what: "CAP_NET_RAW", state: "ok", detail: `there${where}` }
    : {
        what: "CAP_NET_RAW",
        state: "problem",
        detail: `missing${where}`,
        remedy:
          'sudo setcap cap_net_raw,cap_net_admin+ep "$(readlink -f "$(which node)")", or run as root, or `unshare -rn`',
      };
  const admin = has(CAP_NET_ADMIN)
    ? "there"
    : "missing: no hardware time stamps, no setInterfaceUp; captures do without";
  return [raw, { what: "CAP_NET_ADMIN", state: has(CAP_NET_ADMIN) ? "ok" : "note", detail: admin }];
}

function limits(): Finding[] {
  const text = readText("/proc/self/limits");
  const soft = (name: string): string => new RegExp(`^${name}\\s+(\\S+)`, "m").exec(text)?.[1] ?? "unknown";
  const files = soft("Max open files");
  const rmem = readText("/proc/sys/net/core/rmem_max").trim();
  return [
    { what: "open files", state: Number(files) < 64 ? "note" : "ok", detail: `${files}; a ring takes 3` },
    {
      what: "locked memory",
      state: "ok",
      detail: `${soft("Max locked memory")} bytes; rings need none, slots are locked as far as it goes`,
    },
    {
      what: "net.core.rmem_max",
      state: "ok",
      detail: `${rmem} bytes: the most a DatagramSource's receiveBuffer gets`,
    },
  ];
}

function interfaceFindings(name: string | undefined): Finding[] {
  try {
    const names = name === undefined ? listInterfaces().map((each) => each.name) : [name];
    return names.map((each) => interfaceFinding(describeInterface(each)));
  } catch (error) {
    return [failed(`interface ${name ?? ""}`, error)];
  }
}

function interfaceFinding(each: InterfaceDetail): Finding {
  const what = `interface ${each.name}`;
  const distorting = distortions(each);
  if (!each.up) return { what, state: "note", detail: "down", remedy: `ip link set ${each.name} up` };
  if (distorting.length === 0) {
    return { what, state: "ok", detail: "up, packets come as they were on the wire" };
  }
  const names = distorting.map((text) => text.split(":")[0]);
  const remedy = `to see packets as on the wire: ethtool -K ${each.name} ${names.map((n) => `${n === "rx-vlan" ? "rxvlan" : n} off`).join(" ")}`;
  return { what, state: "note", detail: `up; ${distorting.join("; ")}`, remedy };
}

/** Opens a ring on loopback and passes packets of an EtherType that nobody else uses. */
async function selfTest(): Promise<Finding> {
  const what = "self-test";
  try {
    const lo = listInterfaces().find(({ loopback, up }) => loopback && up);
    if (lo === undefined) {
      return { what, state: "note", detail: "no loopback is up here", remedy: "ip link set lo up" };
    }
    const received = await passPackets(lo.name);
    const detail = `${received} of ${SELF_TEST_PACKETS} packets came through a ring on ${lo.name}`;
    return { what, state: received === SELF_TEST_PACKETS ? "ok" : "problem", detail };
  } catch (error) {
    return failed(what, error);
  }
}

async function passPackets(name: string): Promise<number> {
  const filter = [
    { code: 0x28, jt: 0, jf: 0, k: 12 }, // ldh [12]
    { code: 0x15, jt: 0, jf: 1, k: ETHERTYPE_EXPERIMENTAL },
    { code: 0x06, jt: 0, jf: 0, k: 0xffff },
    { code: 0x06, jt: 0, jf: 0, k: 0 },
  ];
  await using ring = RxRing.open({ interface: name, filter, blockBytes: 65_536, blocks: 4, latency: "low" });
  using sender = PacketSender.open({ interface: name });
  const frame = new Uint8Array(60);
  new DataView(frame.buffer).setUint16(12, ETHERTYPE_EXPERIMENTAL);
  await sender.sendAll(Array.from({ length: SELF_TEST_PACKETS }, () => frame));
  let received = 0;
  const deadline = performance.now() + WAIT_MS;
  while (received < SELF_TEST_PACKETS && performance.now() < deadline) {
    const block = ring.tryNext();
    received += block?.packetCount ?? 0;
    block?.release();
    if (block === null) await sleep(1);
  }
  return received;
}

function failed(what: string, error: unknown): Finding {
  if (!(error instanceof RingError)) throw error;
  const remedy = error.hint;
  const detail = error.message.replace(`; ${remedy ?? ""}`, "");
  return { what, state: "problem", detail, ...(remedy === undefined ? {} : { remedy }) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
