// Sources that receive into slots, one scenario a run.
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { DatagramSource, PacketSender, setInterfaceUp } from "zc-gen/ring";
import { describeError, frame, report, sleep, thrownBy, until } from "./support.mjs";

setInterfaceUp("lo");

/** Sends UDP payloads from a socket of Node's, and waits until they are out. */
async function sendUdp(type, address, port, payloads, prepare = () => {}) {
  const socket = createSocket(type);
  await new Promise((resolve) => socket.bind(0, resolve));
  prepare(socket);
  for (const payload of payloads) {
    await new Promise((resolve, reject) => {
      socket.send(payload, port, address, (error) => (error ? reject(error) : resolve()));
    });
  }
  const from = socket.address().port;
  socket.close();
  return from;
}

/** Reads a source to its end; what `pick` makes of each packet. */
async function readAll(source, pick) {
  const packets = [];
  for await (const block of source) for (const packet of block) packets.push(pick(packet, source));
  return packets;
}

const numberOf = (packet, source) => source.view.getUint32(packet.dataOffset);
const numbered = (count) =>
  Array.from({ length: count }, (_, i) => Uint8Array.of(i >> 24, i >> 16, i >> 8, i));

const scenarios = {
  // More than the socket takes, while a block is held and while it is read.
  async overload() {
    const sender = PacketSender.open({ interface: "lo" });
    const source = DatagramSource.onInterface({ interface: "lo", receiveBuffer: 65_536, batch: 32 });
    let sent = 0;
    const flood = () => {
      for (let i = 0; i < 40; i++) {
        sent += sender.send(Array.from({ length: 50 }, (_, k) => frame(64, sent + k)));
      }
    };
    sent += sender.send(frame(64, 0));
    let held = null;
    await until(() => (held = source.tryNext()) !== null);
    flood();
    const reading = readAll(source, (packet) => source.view.getUint32(packet.dataOffset + 14));
    flood();
    await sleep(10);
    const first = held.packetCount;
    held.release();
    flood();
    await source.close();
    const numbers = await reading;
    report({ sent, delivered: numbers.length + first, stats: source.stats(), ordered: isRising(numbers) });
  },
  async known() {
    const sender = PacketSender.open({ interface: "va" });
    const source = DatagramSource.onInterface({ interface: "vb", dataBytes: 64, batch: 4, slotAlign: 128 });
    const tagged = new Uint8Array(68).fill(1);
    tagged.set(frame().subarray(0, 12));
    tagged.set([0x81, 0, 0xe0, 0x2a, 0x88, 0xb5], 12);
    const before = Date.now() / 1000;
    sender.send([frame(64, 1), frame(200, 2), tagged]);
    const closing = sleep(20).then(() => source.close());
    const packets = await readAll(source, (packet) => ({
      captured: packet.capturedLength,
      original: packet.originalLength,
      truncated: packet.truncated,
      hasVlan: packet.hasVlan,
      vlanTci: packet.vlanTci,
      protocol: packet.protocol,
      packetType: packet.packetType,
      stamp: packet.timestampSource,
      off: Math.abs(packet.seconds + packet.nanoseconds / 1e9 - before),
      align: (packet.dataOffset + 14) % 64,
      bytes: Buffer.from(packet.copy()).toString("hex"),
    }));
    await closing;
    report({ packets, sent: Buffer.from(frame(64, 1)).toString("hex"), stats: source.stats() });
  },
  async udp() {
    const result = {};
    const cases = {
      v4: ["udp4", "127.0.0.1", { address: "127.0.0.1" }],
      v6: ["udp6", "::1", { address: "::1", onlyV6: true }],
      mapped: ["udp4", "127.0.0.1", {}],
    };
    for (const [name, [type, address, options]] of Object.entries(cases)) {
      const source = DatagramSource.onUdp({ port: 0, ...options });
      const from = await sendUdp(type, address, source.port, [...numbered(5), new Uint8Array(0)]);
      void sleep(10).then(() => source.close());
      const packets = await readAll(source, (packet) => ({
        address: packet.remoteAddress,
        ipv4: packet.remoteIpv4,
        own: packet.remotePort === from,
        length: packet.capturedLength,
        stamp: packet.timestampSource,
        off: Math.abs(packet.seconds - Date.now() / 1000),
      }));
      result[name] = { packets, stats: source.stats() };
    }
    report(result);
  },
  async udpOverload() {
    const source = DatagramSource.onUdp({ port: 0, address: "127.0.0.1", receiveBuffer: 8192 });
    await sendUdp("udp4", "127.0.0.1", source.port, numbered(2000));
    void source.close();
    const numbers = await readAll(source, numberOf);
    await source.close();
    report({ sent: 2000, delivered: numbers.length, ordered: isRising(numbers), stats: source.stats() });
  },
  async multicast() {
    spawnSync("ip", ["addr", "add", "192.0.2.1/24", "dev", "va"]);
    const source = DatagramSource.onUdp({
      port: 0,
      address: "0.0.0.0",
      groups: ["239.1.2.3"],
      interface: "va",
    });
    await sendUdp("udp4", "239.1.2.3", source.port, numbered(3), (socket) =>
      socket.setMulticastInterface("192.0.2.1"),
    );
    void sleep(20).then(() => source.close());
    report({ packets: await readAll(source, (packet) => packet.remoteAddress) });
  },
  // Python asks the stack to cut: 46 datagrams of 1424 bytes and one of 3, in one piece.
  async segments() {
    const result = {};
    for (const segments of [false, true]) {
      const source = DatagramSource.onUdp({ port: 0, address: "127.0.0.1", segments, batch: 4 });
      const script = [
        "import socket, sys",
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "s.setsockopt(socket.IPPROTO_UDP, 103, 1424)",
        "data = b''.join(bytes([i]) * 1424 for i in range(46)) + b'end'",
        "s.sendto(data, ('127.0.0.1', int(sys.argv[1])))",
        "s.sendto(b'x' * 1424 * 2, ('127.0.0.1', int(sys.argv[1])))",
      ].join("\n");
      const { status, stderr } = spawnSync("python3", ["-c", script, String(source.port)], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(stderr);
      void sleep(10).then(() => source.close());
      let blocks = 0;
      const packets = [];
      for await (const block of source) {
        blocks++;
        for (const packet of block) {
          const bytes = packet.copy();
          const isEven = bytes.every((byte) => byte === bytes[0]);
          packets.push([
            bytes.length,
            isEven ? bytes[0] : Buffer.from(bytes).toString("latin1"),
            packet.remoteAddress,
          ]);
        }
      }
      result[segments] = { packets, blocks, stats: source.stats() };
    }
    report(result);
  },
  async link() {
    const events = [];
    const source = DatagramSource.onInterface({
      interface: "vb",
      onLink: ({ state }) => events.push(state),
    });
    const sender = PacketSender.open({ interface: "va" });
    let packets = 0;
    let failure;
    const reading = (async () => {
      for await (const block of source) packets += block.packetCount;
    })().catch((error) => (failure = describeError(error)));
    sender.send(frame(), 3);
    await until(() => packets === 3);
    setInterfaceUp("vb", false);
    await until(() => source.linkState === "down");
    setInterfaceUp("vb", true);
    await until(() => source.linkState === "up");
    sender.send(frame(), 3);
    await until(() => packets === 6);
    spawnSync("ip", ["link", "del", "vb"]);
    await reading;
    await source.close();
    report({ events, failure, packets, stats: source.stats() });
  },
  async misuse() {
    const source = DatagramSource.onUdp({ port: 0, address: "127.0.0.1" });
    const taken = thrownBy(() => DatagramSource.onUdp({ port: source.port, address: "127.0.0.1" }));
    const foreign = thrownBy(() => DatagramSource.onUdp({ port: 0, address: "192.0.2.77" }));
    const noGroup = thrownBy(() =>
      DatagramSource.onUdp({ port: 0, address: "0.0.0.0", groups: ["10.0.0.1"] }),
    );
    await sendUdp("udp4", "127.0.0.1", source.port, numbered(1));
    let block = null;
    await until(() => (block = source.tryNext()) !== null);
    const [packet] = block;
    const { remotePort } = packet;
    block.release();
    block.release();
    const stale = thrownBy(() => packet.remotePort);
    source[Symbol.dispose]();
    await source.close();
    report({
      taken,
      foreign,
      noGroup,
      stale,
      read: remotePort > 0,
      after: source.tryNext(),
      raw: source.view.getUint32(0),
    });
  },
};

function isRising(numbers) {
  return numbers.every((number, index) => index === 0 || number > numbers[index - 1]);
}

await scenarios[process.argv[2]]();
process.exit(0);
