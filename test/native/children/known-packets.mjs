// Sends known frames over a veth pair and reports what the ring said of each, bytes included.
import { PacketSender, RxRing } from "zc-gen/ring";
import { frame, report } from "./support.mjs";

const frames = [frame(60, 1), frame(61, 2), frame(1514, 3), vlanFrame(), qinqFrame()];
const ring = RxRing.open({ interface: "vb" });
const sender = PacketSender.open({ interface: "va" });
sender.send(frames);
const before = Date.now() / 1000;
setTimeout(() => ring.close(), 50);

const packets = [];
for await (const block of ring) {
  for (const packet of block) {
    packets.push({
      bytes: Buffer.from(packet.copy()).toString("hex"),
      inPlace: Buffer.from(ring.view.buffer, packet.dataOffset, packet.capturedLength).toString("hex"),
      capturedLength: packet.capturedLength,
      originalLength: packet.originalLength,
      truncated: packet.truncated,
      age: Math.abs(packet.seconds + packet.nanoseconds / 1e9 - before),
      hasVlan: packet.hasVlan,
      vlanTci: packet.vlanTci,
      vlanTpid: packet.vlanTpid,
      packetType: packet.packetType,
      interfaceIndex: packet.interfaceIndex,
      linkType: packet.linkType,
      checksumStatus: packet.checksumStatus,
      align: packet.dataOffset % 8,
    });
  }
}
report({ sent: frames.map((bytes) => Buffer.from(bytes).toString("hex")), packets, stats: ring.stats() });

/** The frame with tags put in after its addresses. */
function tagged(bytes, ...tags) {
  return Uint8Array.from([...bytes.subarray(0, 12), ...tags.flat(), ...bytes.subarray(12)]);
}

function vlanFrame() {
  return tagged(frame(60, 4), [0x81, 0x00, 0xe0, 0x2a]);
}

function qinqFrame() {
  return tagged(frame(60, 5), [0x88, 0xa8, 0x00, 0x64], [0x81, 0x00, 0x00, 0xc8]);
}
