// Sweeps of IP, its options and extension headers, ICMP, GRE and TCP: see sweeps.mjs.
import { padded, u16, zeros } from "./bytes.mjs";
import { inIpv4, inIpv6, ip, ip6, numbers, payloads, V6, values } from "./sweep-frames.mjs";

export function* ipProtocols(chance) {
  for (const number of numbers(256)) {
    for (const payload of payloads(chance)) {
      yield ip(inIpv4(number, payload));
      yield ip6(inIpv6(number, payload));
      yield ip(inIpv4(number, payload.slice(0, chance.below(12))));
      yield ip6(inIpv6(number, payload.slice(0, chance.below(12))));
    }
  }
  for (const version of numbers(16)) {
    yield ip([(version << 4) | 5, ...inIpv4(17, chance.bytes(20)).slice(1)]);
    yield ip6([version << 4, ...inIpv6(17, chance.bytes(20)).slice(1)]);
  }
  for (const length of numbers(60)) {
    yield ip([0x45, 0, ...u16(length), ...inIpv4(17, chance.bytes(20)).slice(4)]);
  }
  for (const words of numbers(16)) yield ip([0x40 | words, ...inIpv4(17, chance.bytes(20)).slice(1)]);
}

export function* icmps(chance) {
  const quoted = [...inIpv4(17, [...u16(5000), ...u16(5001), 0, 8, 0, 0])];
  const quoted6 = [...inIpv6(17, [...u16(5000), ...u16(5001), 0, 8, 0, 0])];
  for (const type of numbers(256)) {
    for (const code of [0, 1, 4, 255]) {
      for (const length of [0, 3, 4, 8, 12, 16, 60]) {
        yield ip(inIpv4(1, [type, code, 0, 0, ...chance.bytes(length)]));
        yield ip6(inIpv6(58, [type, code, 0, 0, ...chance.bytes(length)]));
      }
      yield ip(inIpv4(1, [type, code, 0, 0, ...zeros(4), ...quoted]));
      yield ip6(inIpv6(58, [type, code, 0, 0, ...zeros(4), ...quoted6]));
    }
  }
  for (const type of numbers(256)) {
    for (const length of [0, 3, 4, 7, 8, 12, 16, 40]) {
      yield ip(inIpv4(2, [type, chance.pick([0, 1, 100]), 0, 0, ...chance.bytes(length)]));
    }
  }
}

export function* neighborOptions(chance) {
  const one = (options) => ip6(inIpv6(58, [135, 0, 0, 0, 0, 0, 0, 0, ...V6, ...options]));
  for (const type of numbers(256)) {
    for (const units of [0, 1, 2, 3, 4, 5]) {
      yield one([type, units, ...chance.bytes(Math.max(6, units * 8 - 2)), 1, 1, ...chance.bytes(6)]);
    }
  }
}

export function* ipv4Options(chance) {
  for (const type of numbers(256)) {
    for (const value of values(chance, 12)) {
      yield ip(inIpv4(59, [], padded([type, value.length + 2, ...value], 4, 1)));
    }
    for (const length of [0, 1]) yield ip(inIpv4(59, [], [type, length, 1, 1]));
  }
  for (const type of [7, 68, 131, 137]) {
    for (const pointer of numbers(20)) {
      yield ip(inIpv4(59, [], padded([type, 15, pointer, ...chance.bytes(12)], 4)));
    }
  }
}

export function* tcpOptions(chance) {
  const one = (options) =>
    ip(
      inIpv4(6, [
        0x13,
        0x88,
        0x13,
        0x89,
        ...zeros(8),
        (5 + options.length / 4) << 4,
        0x10,
        ...zeros(6),
        ...options,
      ]),
    );
  for (const kind of numbers(256)) {
    for (const value of values(chance, 14)) yield one(padded([kind, value.length + 2, ...value], 4, 1));
    for (const length of [0, 1]) yield one([kind, length, 1, 1]);
  }
  for (const kind of [5, 30, 34, 253, 254, 19, 29]) {
    for (const value of values(chance, 34)) yield one(padded([kind, value.length + 2, ...value], 4, 1));
  }
  for (const subtype of numbers(16)) {
    for (const value of values(chance, 26)) {
      yield one(padded([30, value.length + 3, (subtype << 4) | chance.below(16), ...value], 4, 1));
    }
  }
  for (const words of numbers(16)) {
    yield ip(
      inIpv4(6, [0x13, 0x88, 0x13, 0x89, ...zeros(8), words << 4, 0x10, ...zeros(6), ...chance.bytes(9)]),
    );
  }
}

export function* ipv6Options(chance) {
  for (const header of [0, 60]) {
    for (const type of numbers(256)) {
      for (const length of [0, 1, 2, 3, 4, 5, 8, 14, 16, 18]) {
        const options = [type, length, ...chance.bytes(length)];
        const room = 6 + 8 * Math.ceil(Math.max(0, options.length - 6) / 8) - options.length;
        yield ip6(inIpv6(header, [59, (options.length + room + 2) / 8 - 1, ...options, ...zeros(room)]));
      }
    }
  }
  for (const type of numbers(256)) {
    for (const units of [0, 1, 2, 4]) {
      yield ip6(inIpv6(43, [59, units, type, chance.below(3), ...chance.bytes(4 + units * 8), ...zeros(8)]));
    }
  }
}

export function* greTypes(chance) {
  for (const flags of numbers(256)) {
    for (const second of [0, 1, 0x80, 0x81]) {
      yield ip(inIpv4(47, [flags, second, 0x08, 0, ...zeros(12), ...inIpv4(59, [])]));
    }
  }
  for (const type of [
    ...numbers(0x10000, 97),
    ...numbers(0x600),
    0x0800,
    0x0806,
    0x6558,
    0x6400,
    0x86dd,
    0x8847,
    0x8848,
    0x880b,
    0x883e,
    0x88be,
    0x22eb,
    0x8100,
    0xfe,
    0x88a8,
    0x8864,
    0x894f,
  ]) {
    for (const payload of payloads(chance)) yield ip(inIpv4(47, [0, 0, ...u16(type), ...payload]));
  }
}
