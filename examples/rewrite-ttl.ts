// Rewrites a field where it lies: one hop less, and the header checksum kept right (RFC 1624).
import { viewOf } from "zc-gen";
import { Stack, type Ipv4 } from "zc-gen/protocols";

/** What a router does to a packet. Returns false when its time is over. */
export function forward(ip: Ipv4): boolean {
  if (ip.ttl <= 1) return false;
  ip.ttl--;
  // The ttl is the upper byte of a 16-bit word.
  ip.adjustHeaderChecksum((ip.ttl + 1) << 8, ip.ttl << 8);
  return true;
}

const packet = Uint8Array.from(
  Buffer.from("4500001c000100004011f6ccc0000201c0000202" + "a4101b580008bc71", "hex"),
);
const IPV4 = 228; // LINKTYPE_IPV4: no link-layer header
const stack = new Stack(viewOf(packet));
if (stack.decode(0, packet.length, IPV4) !== 0) throw stack.explain() ?? new Error("not decoded");

console.log(`before: ttl ${stack.ipv4.ttl}, checksum 0x${stack.ipv4.headerChecksum.toString(16)}`);
forward(stack.ipv4);
console.log(`after:  ttl ${stack.ipv4.ttl}, checksum 0x${stack.ipv4.headerChecksum.toString(16)}`);
console.log(Buffer.from(packet).toString("hex"));
