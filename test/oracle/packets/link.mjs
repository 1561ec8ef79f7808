// Layers below IP.
import { padded, u16, u24, u32, u8, zeros } from "./bytes.mjs";
import { ipv4, ipv6 } from "./internet.mjs";

const mac = (chance) => [2, ...chance.bytes(5)];

/** A frame with `depth` further layers at most. */
export function ethernet(chance, depth) {
  const addresses = [...mac(chance), ...mac(chance)];
  if (chance.once(6)) return [...addresses, ...lengthAndLlc(chance, depth)];
  return [...addresses, ...typed(chance, depth)];
}

/** An EtherType and what it says. */
export function typed(chance, depth) {
  const [type, make] = chance.pick(depth > 0 ? TYPES : TYPES.filter(([, , isLast]) => isLast));
  return [...u16(type), ...make(chance, depth - 1)];
}

function lengthAndLlc(chance, depth) {
  const payload = llc(chance, depth - 1);
  if (payload.length > 1500) return typed(chance, depth);
  return [...u16(payload.length), ...payload, ...(chance.once(2) ? zeros(chance.below(20)) : [])];
}

function vlan(chance, depth) {
  const tag = u16(chance.below(0x10000));
  return [...tag, ...(chance.once(6) ? lengthAndLlc(chance, depth) : typed(chance, depth))];
}

/** tshark knows lengths behind customer tags only, and takes two service tags for one of 802.1ah. */
function serviceTag(chance, depth) {
  const rest = typed(chance, depth);
  return [...u16(chance.below(0x10000)), ...(rest[0] === 0x88 && rest[1] === 0xa8 ? [0x99, 0x99] : rest)];
}

function llc(chance, depth) {
  switch (chance.below(7)) {
    case 0:
      return [0x42, 0x42, 3, ...stp(chance)];
    case 1:
      return [6, 6, 3, ...ipv4(chance, depth)];
    case 2:
      return [0xaa, 0xaa, 3, 0, 0, 0, ...typed(chance, depth)];
    case 3:
      return [0xaa, 0xaa, 3, 0, 0, 0x0c, 1, 0x0b, ...stp(chance)];
    case 4: {
      const frame = ethernet(chance, depth - 1);
      return [0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, ...chance.pick([[7, 0, 0, ...frame], [1, 0, 0, ...frame, ...chance.bytes(4)]])]; // prettier-ignore
    }
    case 5:
      return [chance.below(255), chance.below(255), chance.below(256), ...chance.bytes(4 + chance.below(30))];
    default:
      return [
        0xaa,
        0xaa,
        3,
        ...u24(chance.pick([0x0c, 0x080007, 0x00e02b])),
        ...u16(0x9000 + chance.below(99)),
        ...chance.bytes(30),
      ];
  }
}

export function stp(chance) {
  const start = [0, 0];
  const body = [
    chance.below(256),
    ...chance.bytes(8),
    ...u32(chance.below(99999)),
    ...chance.bytes(8),
    ...chance.bytes(10),
  ];
  switch (chance.below(5)) {
    case 0:
      return [...start, 0, 0x80];
    case 1:
      return [...start, 0, 0, ...body];
    case 2:
      return [...start, 2, 2, ...body, 0];
    case 3:
      return [...start, 3, 2, ...body, 0, ...u16(64), ...mstp(chance, 0)];
    default:
      return [...start, 3, 2, ...body, 0, ...u16(96), ...mstp(chance, 2)];
  }
}

function mstp(chance, instances) {
  return [
    0,
    ...chance.bytes(32),
    0,
    0,
    ...chance.bytes(16),
    ...chance.bytes(4),
    ...chance.bytes(8),
    chance.below(20),
    ...chance.bytes(16 * instances),
  ];
}

function arp(chance) {
  const operation = chance.pick([1, 2, 3, 4, 8, 9, 25]);
  const [type, hlen, ptype, plen] = chance.pick([
    [1, 6, 0x0800, 4],
    [1, 6, 0x0800, 4],
    [6, 6, 0x0800, 4],
    [1, 6, 0x86dd, 16],
    [7, 1, 0x0800, 4],
    [24, 8, 0x0800, 4],
    [32, 20, 0x0800, 4],
    [15, 2, 0x0800, 4],
    [1, 0, 0x0800, 0],
  ]);
  return [
    ...u16(type),
    ...u16(ptype),
    hlen,
    plen,
    ...u16(operation),
    ...chance.bytes(2 * (hlen + plen)),
    ...zeros(chance.below(19)),
  ];
}

export function mpls(chance, depth) {
  const label = (bottom) => [
    ...u16(chance.below(0x10000)),
    (chance.below(16) << 4) | (chance.below(8) * 2) | bottom,
    chance.below(256),
  ];
  const payload = chance.pick([
    ipv4,
    ipv6,
    () => [0, 0, 0, 0, ...ethernet(chance, depth - 1)],
    () => chance.bytes(30),
  ]);
  return [...chance.several(3, () => label(0)), ...label(1), ...payload(chance, depth - 1)];
}

function lldp(chance) {
  const tlv = (type, value) => [...u16((type << 9) | value.length), ...value];
  const optional = () =>
    chance.pick([
      () => tlv(4, chance.bytes(chance.below(40))),
      () => tlv(5, chance.bytes(chance.below(30))),
      () => tlv(6, chance.bytes(chance.below(255))),
      () => tlv(7, chance.bytes(4)),
      () => tlv(8, [5, 1, ...chance.bytes(4), 2, ...chance.bytes(4), 0]),
      () => tlv(8, [17, 2, ...chance.bytes(16), 2, ...chance.bytes(4), 0]),
      () => tlv(127, [0, 0x80, 0xc2, 1, ...chance.bytes(2)]),
      () => tlv(127, [0, 0x80, 0xc2, 3, 0, 1, 4, 0x61, 0x62, 0x63, 0x64]),
      () => tlv(127, [0, 0x12, 0x0f, 1, ...chance.bytes(5)]),
      () => tlv(127, [0, 0x12, 0x0f, 4, 5, 0xdc]),
      () => tlv(127, [0, 0x12, 0xbb, 1, 0, 0x3f, 4]),
      () => tlv(127, [0xaa, 0xbb, 0xcc, chance.below(256), ...chance.bytes(chance.below(20))]),
    ])();
  return [
    ...tlv(1, [4, ...mac(chance)]),
    ...tlv(2, chance.once(2) ? [3, ...mac(chance)] : [5, 0x65, 0x74, 0x68, 0x30]),
    ...tlv(3, u16(120)),
    ...chance.several(7, optional),
    ...tlv(0, []),
    ...zeros(chance.below(10)),
  ];
}

function discovery(chance) {
  const tag = (type, value) => [...u16(type), ...u16(value.length), ...value];
  const tags = chance.several(5, () =>
    tag(
      chance.pick([0x0101, 0x0102, 0x0103, 0x0104, 0x0110, 0x0120, 0x0201, 0x0202, 0x0203]),
      chance.bytes(2 + chance.below(12) * 2),
    ),
  );
  const body = [...tags, ...(chance.once(2) ? tag(0, []) : [])];
  return [
    0x11,
    chance.pick([7, 9, 0x19, 0x65, 0xa7]),
    ...chance.bytes(2),
    ...u16(body.length),
    ...body,
    ...zeros(chance.below(20)),
  ];
}

function session(chance, depth) {
  const body = ppp(chance, depth, false);
  return [0x11, 0, ...chance.bytes(2), ...u16(body.length), ...body, ...zeros(chance.below(20))];
}

/** A PPP frame; `framed`: address and control may be there. */
export function ppp(chance, depth, framed = true) {
  const start = framed && chance.once(2) ? [0xff, 3] : [];
  const [protocol, make] = chance.pick([
    [0x0021, ipv4],
    [0x0057, ipv6],
    [0x0281, mpls],
    [0xc021, () => [1, 1, 0, 4]],
    [0x80fd, () => [1, 1, 0, 4]],
  ]);
  const number = protocol < 256 && chance.once(3) ? u8(protocol) : u16(protocol);
  return [...start, ...number, ...make(chance, depth - 1)];
}

/** EtherType, maker, and whether no further layer is needed. */
const TYPES = [
  [0x0800, ipv4, true],
  [0x0800, ipv4, true],
  [0x86dd, ipv6, true],
  [0x86dd, ipv6, true],
  [0x0806, arp, true],
  [0x8035, arp, true],
  [0x8100, vlan],
  [0x88a8, serviceTag],
  [0x9100, vlan],
  [0x8847, mpls],
  [0x8848, mpls],
  [0x8863, discovery, true],
  [0x8864, session],
  [0x88cc, lldp, true],
  [0x8870, llc],
  [0x6558, ethernet],
  [0x8181, stp, true],
  [0x9999, (chance) => chance.bytes(chance.below(60)), true],
];

/** Whole packets by link type. */
export const LINKS = {
  1: (chance) => (chance.once(3) ? padded(ethernet(chance, 6), 60) : ethernet(chance, 6)),
  0: (chance) => {
    const [family, make] = chance.pick([[2, ipv4], [24, ipv6], [28, ipv6], [30, ipv6], [7, (c) => c.bytes(20)]]); // prettier-ignore
    const number = u32(family);
    return [...(chance.once(3) ? number : number.reverse()), ...make(chance, 4)];
  },
  108: (chance) => {
    const [family, make] = chance.pick([[2, ipv4], [24, ipv6], [28, ipv6], [30, ipv6]]); // prettier-ignore
    return [...u32(family), ...make(chance, 4)];
  },
  9: (chance) => ppp(chance, 4),
  50: (chance) => ppp(chance, 4),
  204: (chance) => [chance.below(2), ...ppp(chance, 4)],
  101: (chance) => chance.pick([ipv4, ipv6])(chance, 4),
  228: (chance) => ipv4(chance, 4),
  229: (chance) => ipv6(chance, 4),
  113: (chance) => {
    const start = [
      ...u16(chance.below(5)),
      ...u16(chance.pick([1, 1, 512, 772, 778, 803])),
      ...u16(chance.pick([6, 0, 4, 8])),
      ...chance.bytes(8),
    ];
    return [...start, ...cooked(chance)];
  },
  276: (chance) => {
    const [protocol, payload] = [cooked(chance)].map((bytes) => [bytes.slice(0, 2), bytes.slice(2)])[0];
    return [
      ...protocol,
      0,
      0,
      ...u32(chance.below(99)),
      ...u16(chance.pick([1, 1, 512, 772])),
      chance.below(5),
      6,
      ...chance.bytes(8),
      ...payload,
    ];
  },
};

function cooked(chance) {
  switch (chance.below(6)) {
    case 0:
      return [0, 4, ...llc(chance, 4)];
    case 1:
      return [0, 3, ...ethernet(chance, 4)];
    case 2:
      return [0, 7, ...ppp(chance, 4)];
    case 3:
      return [0, 1, ...chance.bytes(30)];
    default:
      return typed(chance, 5);
  }
}
