// Decodes a packet that is in memory: a Uint8Array, a Buffer, a datagram. Works everywhere; the decoder in a browser too.
import { viewOf } from "zc-gen";
import { Ipv4, Stack, Udp } from "zc-gen/protocols";

// An Ethernet frame: a datagram of two bytes to port 7000, padded to the 60 bytes a short frame has.
const packet = Uint8Array.from(
  Buffer.from(
    "0200000000010200000000020800" +
      "4500001e000100004011f6cac0000201c0000202a4101b58000a5404" +
      "686900000000000000000000000000000000",
    "hex",
  ),
);

const ETHERNET = 1; // LINKTYPE_ETHERNET
const stack = new Stack(viewOf(packet));
const fault = stack.decode(0, packet.length, ETHERNET);
if (fault !== 0) console.log(`stopped early: ${stack.explain()?.message}`);

console.log(String(stack));
if (stack.has(Ipv4)) {
  console.log(`from ${stack.ipv4.srcText}, ttl ${stack.ipv4.ttl}, ${stack.ipv4.trailing} bytes of padding`);
}
if (stack.has(Udp)) {
  const { dstPort, payloadOffset, payloadEnd } = stack.udp;
  console.log(`to port ${dstPort}: ${new TextDecoder().decode(packet.subarray(payloadOffset, payloadEnd))}`);
}

// One header alone, where its place is known. wrap() gives 0, or a fault number; nothing is thrown, nothing allocated.
const udp = new Udp(viewOf(packet));
if (udp.wrap(34, packet.length) === 0) console.log(udp.toString());

// A packet that was cut: what came before the cut stays readable.
console.log(stack.decode(0, 38, ETHERNET) === 0 ? "whole" : `cut: ${stack.explain()?.message}`);
