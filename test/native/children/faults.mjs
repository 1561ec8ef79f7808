// Makes each system call of an opening fail in turn, through the addon's seam, and looks at what is thrown and left.
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { DatagramSource, InterfaceDatagrams, openCapture, PacketSender, RxRing } from "zc-gen/ring";
import { addon } from "../../../dist/native/binding.js";
import { describeError, frame, loopbackSender, nextBlock, report, sleep, thrownBy } from "./support.mjs";

const { ENOMEM, EINTR, EMFILE, ENOPROTOOPT } = constants.errno;
const sender = loopbackSender();
const options = { interface: "lo", blockBytes: 65536, blocks: 40, timestamps: "software" };

const opened = {
  ring: () => RxRing.open({ ...options, rxHash: true, vnetHeader: true, fanout: { mode: "hash", group: 3 } }),
  datagrams: () => DatagramSource.onInterface({ interface: "lo", receiveBuffer: 65536 }),
  udp: () => DatagramSource.onUdp({ port: 0, receiveBuffer: 65536, reuseAddress: true }),
  sender: () => PacketSender.open({ interface: "lo", bypassQueue: true, slots: 16 }),
};
const calls = {
  ring: [
    "socket(AF_PACKET)",
    "setsockopt(PACKET_VERSION)",
    "setsockopt(PACKET_VNET_HDR)",
    "setsockopt(PACKET_RESERVE)",
    "setsockopt(PACKET_IGNORE_OUTGOING)",
    "setsockopt(SO_TIMESTAMPNS)",
    "setsockopt(PACKET_TIMESTAMP)",
    "setsockopt(PACKET_RX_RING)",
    "mmap",
    "getsockname",
    "bind",
    "getsockopt(SO_ERROR)",
    "setsockopt(PACKET_FANOUT)",
    "epoll_create1",
    "eventfd",
    "epoll_ctl",
  ],
  datagrams: [
    "socket(AF_PACKET)",
    "setsockopt(PACKET_AUXDATA)",
    "setsockopt(SO_RCVBUF)",
    "mmap",
    "bind",
    "epoll_ctl",
  ],
  udp: ["socket(UDP)", "setsockopt(SO_REUSEADDR)", "setsockopt(SO_RCVBUF)", "mmap", "bind", "eventfd"],
  sender: ["socket(AF_PACKET)", "setsockopt(PACKET_QDISC_BYPASS)", "bind", "mmap", "epoll_create1"],
};

const left = () => readdirSync("/proc/self/fd").length;

const scenarios = {
  async failing() {
    for (const open of Object.values(opened)) closeAll(open()); // what a first one loads and opens stays
    await sleep(10);
    const before = left();
    const failures = [];
    for (const [kind, names] of Object.entries(calls)) {
      for (const name of names) {
        addon().injectFault(name, ENOMEM, 0, 1);
        failures.push({ kind, name, error: thrownBy(() => closeAll(opened[kind]())) });
        addon().injectFault("", 0, 0, 0);
      }
    }
    await sleep(10);
    report({ failures, before, after: left(), mappings: mappings() });
  },
  async interrupted() {
    const delivered = [];
    for (const name of calls.ring) {
      addon().injectFault(name, EINTR, 0, 3);
      const ring = opened.ring();
      sender.send(frame(64), 2);
      const block = await nextBlock(ring);
      delivered.push(block.packetCount);
      block.release();
      await ring.close();
    }
    report({ delivered });
  },
  async shrinking() {
    addon().injectFault("setsockopt(PACKET_RX_RING)", ENOMEM, 0, 5);
    const ring = RxRing.open({ ...options, maxLeases: 39, allowShrink: true });
    const { blocks, maxLeases } = ring;
    addon().injectFault("setsockopt(PACKET_RX_RING)", ENOMEM, 0, 1000);
    const never = thrownBy(() => RxRing.open({ ...options, allowShrink: true }));
    addon().injectFault("setsockopt(PACKET_RX_RING)", ENOMEM, 0, 1);
    const unasked = thrownBy(() => RxRing.open(options));
    await ring.close();
    report({ blocks, maxLeases, never, unasked });
  },
  async forbidden() {
    const warnings = [];
    process.on("warning", ({ code, message }) => warnings.push({ code, message }));
    addon().injectFault("setsockopt(PACKET_VERSION)", ENOPROTOOPT, 0, 1);
    const source = openCapture({ interface: "lo", snaplen: 40 });
    sender.send(frame(100), 3);
    const lengths = [];
    for (const packet of await nextBlock(source)) lengths.push(packet.capturedLength);
    await source.close();
    const ring = openCapture({ interface: "lo" });
    const isRing = ring instanceof RxRing;
    await ring.close();
    report({ isDatagrams: source instanceof InterfaceDatagrams, isRing, lengths, warnings });
  },
  async readingFails() {
    const source = opened.datagrams();
    addon().injectFault("recvmmsg", EMFILE, 0, 1);
    sender.send(frame(), 2);
    const block = await nextBlock(source);
    const count = block.packetCount;
    block.release();
    addon().injectFault("getsockopt(PACKET_STATISTICS)", ENOMEM, 0, 1);
    const stats = thrownBy(() => source.stats());
    await source.close().catch(describeError);
    report({ count, stats });
  },
};

function closeAll(source) {
  source[Symbol.dispose]();
}

function mappings() {
  return readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .filter((line) => line.includes("socket:")).length;
}

await scenarios[process.argv[2]]();
process.exit(0);
