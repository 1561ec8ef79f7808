// Sweeps of what UDP carries, and of SCTP: see sweeps.mjs.
import { padded, u16, u32, zeros } from "./bytes.mjs";
import { inIpv4, inUdp, ip, numbers } from "./sweep-frames.mjs";

/** Ports that have something in the bundled protocols, beside all others of their kind. */
const PORTS = [53, 5353, 5355, 67, 68, 69, 123, 161, 162, 546, 547, 1645, 1701, 1812, 2055, 2152, 3478, 3544, 3784, 4011, 4739, 4754, 4789, 4790, 5683, 6081, 6635, 9899, 51820, 443]; // prettier-ignore

export function* udpPorts(chance) {
  for (const port of [...numbers(1024), ...PORTS]) {
    yield ip(inUdp(port, 60000, chance.bytes(60)));
    yield ip(inUdp(60000, port, chance.bytes(chance.below(60))));
  }
  for (const port of PORTS) {
    for (const length of numbers(20)) yield ip(inUdp(port, 60000, chance.bytes(length)));
  }
  for (const length of numbers(40)) {
    yield ip(inIpv4(17, [0, 53, 0x80, 0, ...u16(length), 0, 0, ...chance.bytes(12), ...zeros(8)]));
  }
}

export function* dhcpOptions(chance) {
  const one = (cookie, options) =>
    ip(
      inUdp(68, 67, [
        1,
        1,
        6,
        0,
        ...zeros(24),
        2,
        0,
        0,
        0,
        0,
        1,
        ...zeros(10 + 192),
        ...u32(cookie),
        ...options,
      ]),
    );
  for (const code of numbers(256)) {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 20, 40]) {
      yield one(0x63825363, [53, 1, 1, code, length, ...chance.bytes(length), 12, 1, 0x61, 255]);
    }
  }
  for (const length of numbers(64, 4)) yield one(0, zeros(length));
  for (const cookie of [0x63530000, 1, 0xffffffff]) yield one(cookie, zeros(60));
  for (const hlen of numbers(20)) {
    for (const htype of [0, 1, 6, 7, 32]) {
      yield ip(
        inUdp(68, 67, [
          1,
          htype,
          hlen,
          0,
          ...zeros(24),
          ...chance.bytes(16),
          ...zeros(192),
          0x63,
          0x82,
          0x53,
          0x63,
          53,
          1,
          1,
          255,
        ]),
      );
    }
  }
}

export function* ntps(chance) {
  for (const first of numbers(256)) {
    for (const length of [11, 47, 48, 52, 68, 72]) {
      yield ip(inUdp(123, 123, [first, ...chance.bytes(length - 1)]));
    }
  }
}

export function* sctpChunks(chance) {
  const one = (chunks) => ip(inIpv4(132, [...u16(2905), ...u16(2905), ...zeros(8), ...chunks]));
  for (const type of numbers(256)) {
    for (const length of [0, 1, 2, 4, 8, 12, 16, 17, 20, 30]) {
      yield one([
        ...padded([type, chance.below(8), ...u16(length + 4), ...chance.bytes(length)], 4),
        11,
        0,
        0,
        4,
      ]);
    }
  }
}

export function* names(chance) {
  const one = (bytes) => ip(inUdp(53, 40000, bytes));
  const question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const first of numbers(256)) {
    yield one([...question, first, ...chance.bytes(chance.below(80)), 0, 0, 1, 0, 1]);
  }
  for (const type of numbers(300)) {
    for (const length of [0, 1, 4, 7, 16, 24]) yield one([0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0x61, 0, ...u16(type), 0, 1, 0xc0, 12, ...u16(type), 0, 1, ...zeros(4), ...u16(length), ...chance.bytes(length)]); // prettier-ignore
  }
  for (const flags of numbers(0x10000, 251)) {
    yield one([0, 1, ...u16(flags), 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]);
  }
  for (const count of numbers(6)) {
    yield one([0, 1, 0x81, 0x80, ...u16(count), ...u16(chance.below(4)), 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1]);
  }
}
