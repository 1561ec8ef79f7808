// IP, its options and extension headers, ICMP, IGMP, GRE.
import { padded, u16, u32, zeros } from "./bytes.mjs";
import { ethernet, mpls, ppp } from "./link.mjs";
import { sctp, tcp, udp } from "./transport.mjs";

const v4 = (chance) => [10, ...chance.bytes(3)];
const v6 = (chance) => chance.pick([[0x20, 1, 0xd, 0xb8, ...chance.bytes(12)], [0xfe, 0x80, ...zeros(6), ...chance.bytes(8)], [...zeros(15), 1], [0xff, 2, ...zeros(13), chance.below(99)]]); // prettier-ignore

export function ipv4(chance, depth) {
  const options = padded(chance.once(3) ? chance.several(4, ipv4Option) : [], 4).slice(0, 40);
  const [protocol, payload] = carried(chance, depth, false);
  const length = 20 + options.length + payload.length;
  if (chance.isQuoted) return ipv4Header(chance, options, protocol, length, 0x4000, payload);
  const fragment = chance.once(8)
    ? chance.below(0x4000)
    : chance.once(4)
      ? 0x4000
      : chance.once(20)
        ? 0x8000
        : 0;
  const total = chance.once(25) ? 0 : chance.once(30) ? length + chance.below(9) : length;
  const trailing = chance.once(20) ? chance.bytes(chance.below(12)) : [];
  return ipv4Header(chance, options, protocol, total, fragment, [...payload, ...trailing]);
}

function ipv4Header(chance, options, protocol, total, fragment, payload) {
  return [
    0x40 | (5 + options.length / 4),
    chance.below(256),
    ...u16(total),
    ...chance.bytes(2),
    ...u16(fragment),
    chance.below(256),
    protocol,
    ...chance.bytes(2),
    ...v4(chance),
    ...v4(chance),
    ...options,
    ...payload,
  ];
}

function ipv4Option(chance) {
  const option = (type, data) => [type, data.length + 2, ...data];
  return chance.pick([
    () => [1],
    () => [0],
    () => option(7, [4, ...v4(chance), ...zeros(4)]),
    () => option(131, [4, ...v4(chance)]),
    () => option(137, [8, ...v4(chance), ...v4(chance)]),
    () => option(136, chance.bytes(2)),
    () => option(148, [0, 0]),
    () => option(68, [5, 0, ...chance.bytes(8)]),
    () => option(68, [13, 1, ...v4(chance), ...u32(chance.below(99999))]),
    () => option(68, [13, 3, ...v4(chance), ...u32(chance.below(99999))]),
    () => option(130, chance.bytes(9)),
    () => option(134, [0, 0, 0, 1, 1, 4, 0, 1]),
    () => option(82, chance.bytes(10)),
    () => option(25, [chance.below(16), ...chance.bytes(5)]),
  ])();
}

export function ipv6(chance, depth) {
  const extensions = chance.once(2)
    ? []
    : Array.from({ length: chance.below(5) }, () => chance.pick([60, 43, 44, 51, 60, 43]));
  if (chance.once(6)) extensions.unshift(0);
  let [next, payload] = carried(chance, depth, true);
  for (const type of extensions.reverse()) {
    payload = [...EXTENSIONS[type](chance, next), ...payload];
    next = type;
  }
  const isRight = chance.isQuoted || !chance.once(15);
  const length = isRight ? payload.length : chance.once(2) ? 0 : payload.length + chance.below(5);
  return [
    0x60 | chance.below(16),
    ...chance.bytes(3),
    ...u16(length),
    next,
    chance.below(256),
    ...v6(chance),
    ...v6(chance),
    ...payload,
    ...(chance.once(20) ? chance.bytes(chance.below(12)) : []),
  ];
}

const EXTENSIONS = {
  0: (chance, next) => optionsHeader(chance, next),
  60: (chance, next) => optionsHeader(chance, next),
  43: routing,
  44: (chance, next) => [
    next,
    0,
    ...u16(chance.once(2) ? chance.pick([0, 0, 6]) : chance.below(0x10000)),
    ...chance.bytes(4),
  ],
  51: (chance, next) => {
    const icv = chance.bytes(4 * (1 + chance.below(5)));
    return [next, (12 + icv.length) / 4 - 2, 0, 0, ...chance.bytes(8), ...icv];
  },
};

function optionsHeader(chance, next) {
  const option = (type, data) => [type, data.length, ...data];
  const options = chance.several(4, () =>
    chance.pick([
      () => [0],
      () => option(1, zeros(chance.below(6))),
      () => option(5, [0, 0]),
      () => option(0xc9, v6(chance)),
      () => option(4, [chance.below(8)]),
      () => option(0x1e, chance.bytes(chance.below(9))),
      () => option(0x63, [0, 0, ...chance.bytes(2)]),
      () => option(0x26, [chance.below(16), ...chance.bytes(5)]),
      () => option(0x07, [0, 0, 0, 1, 0, 4, 0, 0]),
    ])(),
  );
  const room = (8 - ((options.length + 2) % 8)) % 8;
  const padding = room === 0 ? [] : room === 1 ? [0] : [1, room - 2, ...zeros(room - 2)];
  return [next, (2 + options.length + padding.length) / 8 - 1, ...options, ...padding];
}

function routing(chance, next) {
  switch (chance.below(4)) {
    case 0: {
      const addresses = chance.several(3, v6);
      return [next, addresses.length / 8, 0, chance.below(4), ...zeros(4), ...addresses];
    }
    case 1:
      return [next, 2, 2, 1, ...zeros(4), ...v6(chance)];
    case 2: {
      const segments = [...v6(chance), ...chance.several(2, v6)];
      const tlvs = chance.once(3) ? [4, 6, ...zeros(6)] : [];
      return [
        next,
        (segments.length + tlvs.length) / 8,
        4,
        chance.below(3),
        segments.length / 16 - 1,
        0,
        ...chance.bytes(2),
        ...segments,
        ...tlvs,
      ];
    }
    default: {
      const data = chance.bytes(4 + 8 * chance.below(3));
      return [next, (data.length - 4) / 8, chance.pick([5, 253, 254]), chance.below(4), ...data];
    }
  }
}

/** A protocol number, and what it says. */
function carried(chance, depth, isV6) {
  const number = chance.isQuoted ? chance.pick([6, 17, 59]) : depth <= 0 ? chance.pick([6, 17, 17, isV6 ? 58 : 1, 59, 132]) : chance.pick([6, 6, 17, 17, 17, 17, isV6 ? 58 : 1, 1, 2, 4, 41, 47, 47, 58, 132, 137, 143, 50, 51, 59, 200, 89, 112]); // prettier-ignore
  const make = CARRIED[number] ?? ((c) => c.bytes(c.below(50)));
  return [number, make(chance, depth - 1)];
}

const CARRIED = {
  1: icmp,
  2: igmp,
  4: ipv4,
  6: tcp,
  17: udp,
  41: ipv6,
  47: gre,
  51: (chance, depth) => {
    const [next, payload] = carried(chance, depth, false);
    return [...EXTENSIONS[51](chance, next), ...payload];
  },
  58: icmpv6,
  132: sctp,
  137: mpls,
  143: ethernet,
};

/** A packet that an ICMP error may quote: no error itself, and with its lengths right. */
function quotable(chance, make) {
  chance.isQuoted = true;
  const packet = make();
  chance.isQuoted = false;
  return packet;
}

function icmp(chance, depth) {
  const quoted = () => {
    const packet = quotable(chance, () => ipv4(chance, Math.min(0, depth - 1)));
    return chance.once(2) ? packet.slice(0, (packet[0] & 15) * 4 + 8) : packet;
  };
  const message = (type, code, body) => [type, code, ...chance.bytes(2), ...body];
  return chance.pick([
    () => message(0, 0, chance.bytes(4 + chance.below(60))),
    () => message(8, 0, chance.bytes(4 + chance.below(60))),
    () => message(3, chance.pick([0, 1, 2, 3, 5, 9, 10, 13]), [...zeros(4), ...quoted()]),
    () => message(3, 4, [0, 0, ...u16(1280 + chance.below(200)), ...quoted()]),
    () => message(4, 0, [...zeros(4), ...quoted()]),
    () => message(5, chance.below(4), [...v4(chance), ...quoted()]),
    () => message(9, 0, routerAddresses(chance)),
    () => message(10, 0, zeros(4)),
    () => message(11, chance.below(2), [...zeros(4), ...quoted()]),
    () => message(12, chance.below(3), [chance.below(40), 0, 0, 0, ...quoted()]),
    () => message(13, 0, chance.bytes(16)),
    () => message(14, 0, chance.bytes(16)),
    () => message(15, 0, chance.bytes(4)),
    () => message(16, 0, chance.bytes(4)),
    () => message(17, 0, [...chance.bytes(4), 255, 255, 255, 0]),
    () => message(18, 0, [...chance.bytes(4), 255, 255, 255, 0]),
    () => message(42, 0, [...chance.bytes(3), 1, 0x20, 0, 0, 0, 0, 8, 3, 1, 0, 0, 0, 7]),
    () => message(43, chance.below(5), chance.bytes(4)),
    () =>
      message(11, 0, [
        0,
        32,
        0,
        0,
        ...padded(quoted().slice(0, 128), 128),
        0x20,
        0,
        0,
        0,
        0,
        8,
        1,
        1,
        ...chance.bytes(2),
        1,
        chance.below(256),
      ]),
  ])();
}

function routerAddresses(chance) {
  const addresses = chance.several(3, (c) => [...v4(c), ...u32(c.below(100))]);
  return [addresses.length / 8, 2, ...u16(1800), ...addresses];
}

function icmpv6(chance, depth) {
  const quoted = () => quotable(chance, () => ipv6(chance, Math.min(0, depth - 1))).slice(0, 1200);
  const message = (type, code, body) => [type, code, ...chance.bytes(2), ...body];
  const options = () => chance.several(4, ndOption);
  return chance.pick([
    () => message(1, chance.below(7), [...zeros(4), ...quoted()]),
    () => message(2, 0, [...u32(1280), ...quoted()]),
    () => message(3, chance.below(2), [...zeros(4), ...quoted()]),
    () => message(4, chance.below(4), [...u32(chance.below(60)), ...quoted()]),
    () => message(128, 0, chance.bytes(4 + chance.below(60))),
    () => message(129, 0, chance.bytes(4 + chance.below(60))),
    () => message(130, 0, [...u16(1000), 0, 0, ...v6(chance)]),
    () => message(131, 0, [...u16(0), 0, 0, ...v6(chance)]),
    () => message(132, 0, [...u16(0), 0, 0, ...v6(chance)]),
    () => {
      const sources = chance.several(3, v6);
      return message(130, 0, [
        ...chance.bytes(2),
        0,
        0,
        ...v6(chance),
        chance.below(16),
        chance.below(256),
        ...u16(sources.length / 16),
        ...sources,
      ]);
    },
    () => message(133, 0, [...zeros(4), ...options()]),
    () => message(134, 0, [64, chance.below(256), ...u16(1800), ...chance.bytes(8), ...options()]),
    () => message(135, 0, [...zeros(4), ...v6(chance), ...options()]),
    () => message(136, 0, [chance.below(8) << 5, 0, 0, 0, ...v6(chance), ...options()]),
    () => message(137, 0, [...zeros(4), ...v6(chance), ...v6(chance), ...options()]),
    () => {
      const count = chance.below(4);
      const records = Array.from({ length: count }, () => mldRecord(chance)).flat();
      return message(143, 0, [0, 0, ...u16(count), ...records]);
    },
    () => message(160, 0, [...chance.bytes(3), 1, 0x20, 0, 0, 0, 0, 8, 3, 1, 0, 0, 0, 7]),
    () => message(161, chance.below(5), chance.bytes(4)),
  ])();
}

function mldRecord(chance) {
  const sources = chance.several(3, v6);
  return [1 + chance.below(6), 0, ...u16(sources.length / 16), ...v6(chance), ...sources];
}

function ndOption(chance) {
  const option = (type, data) => [type, (data.length + 2) / 8, ...data];
  return chance.pick([
    () => option(1, chance.bytes(6)),
    () => option(2, chance.bytes(6)),
    () => option(3, [64, chance.below(4) << 6, ...chance.bytes(8), ...zeros(4), ...v6(chance)]),
    () => option(5, [0, 0, ...u32(1500)]),
    () => option(24, [64, chance.below(4) << 3, ...u32(1800), ...v6(chance).slice(0, 8)]),
    () => option(24, [0, 0, ...u32(1800)]),
    () => option(25, [0, 0, ...u32(1800), ...v6(chance)]),
    () => option(31, [0, 0, ...u32(1800), 2, 0x61, 0x62, 0, 0, 0, 0, 0]),
    () => option(14, chance.bytes(6)),
    () => option(7, chance.bytes(6)),
    () => option(200, chance.bytes(14)),
  ])();
}

function igmp(chance) {
  const message = (type, code, body) => [type, code, ...chance.bytes(2), ...body];
  return chance.pick([
    () => message(0x11, chance.below(256), v4(chance)),
    () => message(0x11, 0, [224, 0, 0, 1]),
    () => message(0x12, 0, v4(chance)),
    () => message(0x16, 0, v4(chance)),
    () => message(0x17, 0, v4(chance)),
    () => {
      const sources = chance.several(3, v4);
      return message(0x11, chance.below(256), [
        ...v4(chance),
        chance.below(16),
        chance.below(256),
        ...u16(sources.length / 4),
        ...sources,
      ]);
    },
    () => {
      const count = chance.below(4);
      const records = Array.from({ length: count }, () => {
        const sources = chance.several(3, v4);
        return [1 + chance.below(6), 0, ...u16(sources.length / 4), ...v4(chance), ...sources];
      });
      return message(0x22, 0, [0, 0, ...u16(count), ...records.flat()]);
    },
  ])();
}

export function gre(chance, depth) {
  if (chance.once(5)) return pptp(chance, depth);
  if (chance.once(9)) return wccp(chance, depth);
  const [checksum, key, sequence] = [chance.bit(15), chance.bit(13), chance.bit(12)];
  const [type, make] = chance.pick([
    [0x0800, ipv4],
    [0x86dd, ipv6],
    [0x6558, ethernet],
    [0x8847, mpls],
    [0x0806, (c) => [0, 1, 8, 0, 6, 4, 0, 1, ...c.bytes(20)]],
    [0x8100, (c) => c.bytes(20)],
    [0x9999, (c) => c.bytes(20)],
  ]);
  return [
    ...u16(checksum | key | sequence),
    ...u16(type),
    ...(checksum ? [...chance.bytes(2), 0, 0] : []),
    ...(key ? chance.bytes(4) : []),
    ...(sequence ? chance.bytes(4) : []),
    ...make(chance, depth - 1),
  ];
}

/** With or without its redirect header, and never with a key or the like: tshark looks for it at one place. */
function wccp(chance, depth) {
  const redirect = chance.once(2) ? [chance.below(2) << 7, ...chance.bytes(3)] : [];
  return [0, 0, 0x88, 0x3e, ...redirect, ...ipv4(chance, depth - 1)];
}

function pptp(chance, depth) {
  const sequence = chance.bit(12);
  const acknowledgment = chance.bit(7);
  const payload = sequence ? ppp(chance, depth) : [];
  return [
    ...u16(0x2001 | sequence | acknowledgment),
    ...u16(0x880b),
    ...u16(payload.length),
    ...chance.bytes(2),
    ...(sequence ? chance.bytes(4) : []),
    ...(acknowledgment ? chance.bytes(4) : []),
    ...payload,
  ];
}
