import type { Ipv4, Ipv6 } from "zc-gen/protocols";

/** Sum of the big-endian 16-bit words of `[from, to)`, an odd last byte padded with zero (RFC 1071). */
export function sumWords(view: DataView, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at + 1 < to; at += 2) sum += view.getUint16(at, false);
  return (to - from) % 2 === 0 ? sum : sum + view.getUint8(to - 1) * 256;
}

/** A sum of words as the checksum field wants it: carries folded in, complemented (RFC 1071 §1). */
export function internetChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/** What UDP, TCP and ICMPv6 sum of the header before them: addresses, protocol, length (RFC 9293 §3.1, RFC 8200 §8.1). */
export function pseudoHeaderSum(ip: Ipv4 | Ipv6, protocol: number, length: number): number {
  let sum = protocol + length;
  const words = "srcWord" in ip ? ipv6Words(ip) : [ip.src, ip.dst];
  for (const word of words) sum += (word >>> 16) + (word & 0xffff);
  return sum;
}

function ipv6Words(ip: Ipv6): number[] {
  return [0, 1, 2, 3].flatMap((index) => [ip.srcWord(index), ip.dstWord(index)]);
}
