// Packets of the protocols that ../beyond.json maps: sound headers, all else by chance. Tunnels carry nothing, as what they
// carry is compared elsewhere.
import { u16, u32, zeros } from "./bytes.mjs";

const MAC = [2, 0, 0, 0, 0, 1];

export function framed(type, bytes) {
  return [...MAC, ...MAC, ...u16(type), ...bytes];
}

function inIpv4(protocol, bytes) {
  const addresses = [192, 0, 2, 1, 192, 0, 2, 2];
  return framed(0x0800, [
    0x45,
    0,
    ...u16(20 + bytes.length),
    0,
    1,
    0,
    0,
    64,
    protocol,
    0,
    0,
    ...addresses,
    ...bytes,
  ]);
}

function inUdp(port, bytes) {
  return inIpv4(17, [...u16(port), ...u16(port), ...u16(8 + bytes.length), 0, 0, ...bytes]);
}

function inTcp(port, bytes) {
  const numbers = [0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0];
  return inIpv4(6, [...u16(port), ...u16(port), ...numbers, ...bytes]);
}

/** A GRE header with a sequence number, which ERSPAN has. */
function inGre(type, bytes) {
  return inIpv4(47, [0x10, 0, ...u16(type), 0, 0, 0, 1, ...bytes]);
}

/** By layer: a frame of it. */
export const BEYOND = {
  bfd: (chance) => inUdp(3784, bfd(chance)),
  vrrp: (chance) => inIpv4(112, vrrp(chance)),
  ospf: (chance) => inIpv4(89, ospf(chance)),
  udp_lite: (chance) =>
    inIpv4(136, [
      ...u16(1024 + chance.below(9)),
      ...u16(30_000),
      ...u16(chance.pick([0, 8])),
      ...chance.bytes(2),
      ...chance.bytes(9),
    ]),
  dccp: (chance) => inIpv4(33, dccp(chance)),
  l2tp: (chance) => inUdp(1701, l2tp(chance)),
  gtp_u: (chance) => inUdp(2152, gtp(chance)),
  wireguard: (chance) => inUdp(51_820, wireguard(chance)),
  radius: (chance) =>
    inUdp(1812, [chance.pick([1, 2, 3, 4, 5, 11]), chance.below(256), ...u16(20), ...chance.bytes(16)]),
  tftp: (chance) =>
    inUdp(
      69,
      chance
        .pick([
          [0, 3],
          [0, 4],
        ])
        .concat(chance.bytes(2)),
    ),
  netflow: (chance) => inUdp(2055, [0, 9, 0, 0, ...chance.bytes(16)]),
  ipfix: (chance) => inUdp(4739, [0, 10, 0, 16, ...chance.bytes(12)]),
  coap: (chance) => inUdp(5683, coap(chance)),
  dhcpv6: (chance) =>
    inUdp(
      547,
      chance.once(3)
        ? [12, chance.below(32), ...chance.bytes(32)]
        : [1 + chance.below(11), ...chance.bytes(3)],
    ),
  stun: (chance) =>
    inUdp(3478, [
      ...chance.pick([
        [0, 1],
        [1, 1],
        [1, 0x11],
        [0, 3],
      ]),
      0,
      0,
      0x21,
      0x12,
      0xa4,
      0x42,
      ...chance.bytes(12),
    ]),
  esp: (chance) => inIpv4(50, [...u32(256 + chance.below(1e9)), ...chance.bytes(4 + 40)]),
  macsec: (chance) => framed(0x88e5, macsec(chance)),
  lacp: (chance) => framed(0x8809, lacp(chance)),
  vxlan_gpe: (chance) => inUdp(4790, [0x0c, 0, 0, chance.pick([1, 2, 3, 4]), ...chance.bytes(3), 0]),
  erspan: (chance) => inGre(0x88be, [0x10 | chance.below(16), ...chance.bytes(7)]),
  erspan_iii: (chance) =>
    inGre(0x22eb, [0x20 | chance.below(16), ...chance.bytes(10), chance.below(256) & 0xfe]),
  snmp: (chance) => inUdp(161, [0x30, 3, 2, 1, chance.pick([0, 1])]),
};

/** Layers that no number tells, by the rule that does. */
export const DECODED_AS = {
  "tcp.port==1883,mqtt": (chance) => inTcp(1883, [(1 + chance.below(14)) << 4, 0]),
  "tcp.port==4433,tls": (chance) => inTcp(4433, [23, 3, 3, ...u16(20), ...chance.bytes(20)]),
  "udp.port==5005,rtcp": (chance) => inUdp(5005, [0x80, 201, 0, 1, ...chance.bytes(4)]),
};

function bfd(chance) {
  const [isProtected, flags] = [chance.once(3), chance.below(64) & ~5];
  const auth = isProtected ? [2, 24, ...chance.bytes(22)] : [];
  const times = [...u32(chance.below(1e7)), ...u32(chance.below(1e7)), ...u32(chance.below(1e7))];
  const head = [0x20 | chance.below(9), (chance.below(4) << 6) | flags | (isProtected ? 4 : 0)];
  return [
    ...head,
    1 + chance.below(255),
    24 + auth.length,
    ...u32(1 + chance.below(1e9)),
    ...chance.bytes(4),
    ...times,
    ...auth,
  ];
}

function vrrp(chance) {
  const count = 1 + chance.below(4);
  const isOld = chance.once(2);
  const interval = isOld ? [0, 1 + chance.below(255)] : u16(1 + chance.below(4095));
  const head = [isOld ? 0x21 : 0x31, 1 + chance.below(255), chance.below(256), count, ...interval];
  return [...head, ...chance.bytes(2), ...chance.bytes(4 * count), ...(isOld ? zeros(8) : [])];
}

/** A hello without neighbors. */
function ospf(chance) {
  const hello = [
    255,
    255,
    255,
    0,
    ...u16(chance.below(100)),
    2,
    chance.below(256),
    ...u32(40),
    ...chance.bytes(8),
  ];
  return [
    2,
    1,
    ...u16(24 + hello.length),
    ...chance.bytes(8),
    ...chance.bytes(2),
    0,
    0,
    ...zeros(8),
    ...hello,
  ];
}

/** A request, with a long sequence number. */
function dccp(chance) {
  const ports = [...u16(1024 + chance.below(9)), ...u16(30_000)];
  return [
    ...ports,
    5,
    chance.below(16) << 4,
    ...chance.bytes(2),
    1,
    0,
    ...chance.bytes(6),
    ...chance.bytes(4),
  ];
}

/** A control message of version 2 that acknowledges, and says nothing. */
function l2tp(chance) {
  return [0xc8, 2, 0, 12, ...chance.bytes(8)];
}

function gtp(chance) {
  const hasNumber = chance.once(2);
  const rest = hasNumber ? [...chance.bytes(2), 0, 0] : [];
  return [
    0x30 | (hasNumber ? 2 : 0),
    chance.pick([1, 254]),
    ...u16(rest.length),
    ...chance.bytes(4),
    ...rest,
  ];
}

function wireguard(chance) {
  const [type, length] = chance.pick([
    [1, 144],
    [2, 88],
    [3, 60],
    [4, 12 + 32],
  ]);
  return [type, 0, 0, 0, ...chance.bytes(length)];
}

function coap(chance) {
  const token = chance.below(9);
  return [0x40 | (chance.below(4) << 4) | token, chance.pick([1, 2, 0x45, 0x84]), ...chance.bytes(2 + token)];
}

function macsec(chance) {
  const hasChannel = chance.once(2);
  const tci = (hasChannel ? 0x20 : 0) | 0x0c | chance.below(4);
  return [tci, 0, ...chance.bytes(4), ...(hasChannel ? chance.bytes(8) : []), ...chance.bytes(64)];
}

function lacp(chance) {
  const port = (type) => [type, 20, ...chance.bytes(15), 0, 0, 0];
  const collector = [3, 16, ...u16(chance.below(1000)), ...zeros(12)];
  return [1, 1, ...port(1), ...port(2), ...collector, ...zeros(52)];
}
