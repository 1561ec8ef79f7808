// TCP, UDP, SCTP, and what UDP carries.
import { padded, u16, u32, zeros } from "./bytes.mjs";
import { gre } from "./internet.mjs";
import { ethernet, mpls, typed } from "./link.mjs";

export function tcp(chance) {
  const options = padded(chance.once(4) ? [] : chance.several(5, tcpOption), 4, chance.once(3) ? 1 : 0).slice(
    0,
    40,
  );
  return [
    ...u16(1024 + chance.below(60000)),
    ...u16(chance.pick([80, 443, 22, 5000, 179])),
    ...chance.bytes(8),
    ((5 + options.length / 4) << 4) | chance.below(16),
    ...chance.bytes(7),
    ...options,
    ...chance.bytes(chance.below(60)),
  ];
}

function tcpOption(chance) {
  const option = (kind, data) => [kind, data.length + 2, ...data];
  return chance.pick([
    () => [1],
    () => [1, 1],
    () => [0],
    () => option(2, u16(1460)),
    () => option(3, [chance.below(15)]),
    () => option(4, []),
    () => option(5, chance.bytes(8 * (1 + chance.below(3)))),
    () => option(8, chance.bytes(8)),
    () => option(19, chance.bytes(16)),
    () => option(28, chance.bytes(2)),
    () => option(29, [1, 2, ...chance.bytes(12)]),
    () => option(30, [0x01, 0x81, ...chance.bytes(8)]),
    () => option(30, [0x10, 1, ...chance.bytes(8)]),
    () => option(30, [0x20, 1, ...chance.bytes(4)]),
    () => option(30, [0x40, 3]),
    () => option(34, chance.bytes(chance.pick([0, 4, 6, 8]))),
    () => option(253, [0xf9, 0x89, ...chance.bytes(4)]),
    () => option(254, chance.bytes(4)),
    () => option(172, chance.bytes(9)),
    () => option(200, chance.bytes(chance.below(6))),
  ])();
}

export function udp(chance, depth) {
  const [port, make] = chance.pick(depth > 0 ? [...LAST, ...TUNNELS] : LAST);
  const other = 1024 + chance.below(60000);
  const ports = chance.once(2) ? [port, other] : [other, port];
  const payload = make(chance, depth - 1);
  const length = chance.once(25) ? payload.length + 8 + chance.below(4) : payload.length + 8;
  return [...u16(ports[0]), ...u16(ports[1]), ...u16(length), ...chance.bytes(2), ...payload];
}

const LAST = [
  [53, dns],
  [5353, dns],
  [5355, dns],
  [67, dhcp],
  [68, dhcp],
  [4011, dhcp],
  [123, ntp],
  [123, ntp],
  [9899, sctp],
  [40000, (chance) => chance.bytes(chance.below(60))],
];

const TUNNELS = [
  [4789, vxlan],
  [6081, geneve],
  [4754, gre],
  [6635, mpls],
];

function vxlan(chance, depth) {
  const flags = chance.once(4) ? chance.bytes(4) : [8, 0, 0, 0];
  return [...flags, ...chance.bytes(3), 0, ...ethernet(chance, depth)];
}

function geneve(chance, depth) {
  const options = chance.several(3, () => {
    const data = chance.bytes(4 * chance.below(4));
    return [...u16(chance.pick([0x0100, 0x0102, 0xffff])), chance.below(256), data.length / 4, ...data];
  });
  const start = [options.length / 4, chance.below(4) << 6];
  return chance.once(2)
    ? [...start, 0x65, 0x58, ...chance.bytes(3), 0, ...options, ...ethernet(chance, depth)]
    : [...start, ...withType(typed(chance, depth), [...chance.bytes(3), 0, ...options])];
}

/** An EtherType, something between, and what the EtherType says. */
function withType(bytes, between) {
  return [...bytes.slice(0, 2), ...between, ...bytes.slice(2)];
}

const name = (chance) => [...chance.several(3, (c) => [3, 0x61 + c.below(26), 0x62, 0x63]), 0];

function dns(chance) {
  const counts = [1, chance.below(3), chance.below(2), chance.below(3)];
  const record = () => {
    const [type, data] = chance.pick([
      [1, chance.bytes(4)],
      [28, chance.bytes(16)],
      [2, name(chance)],
      [5, name(chance)],
      [12, [0xc0, 12]],
      [6, [...name(chance), ...name(chance), ...chance.bytes(20)]],
      [15, [0, 10, ...name(chance)]],
      [16, [3, 0x61, 0x62, 0x63]],
      [33, [...chance.bytes(6), ...name(chance)]],
      [43, [...chance.bytes(4), ...chance.bytes(20)]],
      [257, [0, 5, 0x69, 0x73, 0x73, 0x75, 0x65, 0x61]],
      [64, [0, 1, 0, 0, 1, 0, 3, 2, 0x68, 0x32]],
      [65, [0, 0, ...name(chance)]],
      [65280, chance.bytes(9)],
    ]);
    return [
      ...(chance.once(2) ? [0xc0, 12] : name(chance)),
      ...u16(type),
      ...u16(chance.pick([1, 1, 255, 0x8001])),
      ...u32(300),
      ...u16(data.length),
      ...data,
    ];
  };
  const records = Array.from({ length: counts[1] + counts[2] + counts[3] }, record);
  return [
    ...chance.bytes(4),
    ...counts.flatMap(u16),
    ...name(chance),
    ...u16(1),
    ...u16(1),
    ...records.flat(),
  ];
}

function dhcp(chance) {
  const option = (code, data) => [code, data.length, ...data];
  const options = chance.several(9, () =>
    chance.pick([
      () => [0],
      () => option(1, [255, 255, 255, 0]),
      () => option(3, chance.bytes(4 * (1 + chance.below(2)))),
      () => option(6, chance.bytes(4 * (1 + chance.below(3)))),
      () => option(12, [0x61, 0x62, 0x63]),
      () => option(15, [0x61, 0x2e, 0x62]),
      () => option(51, u32(3600)),
      () => option(54, chance.bytes(4)),
      () => option(55, [1, 3, 6, 15, 119]),
      () => option(60, [0x4d, 0x53, 0x46, 0x54]),
      () => option(61, [1, ...chance.bytes(6)]),
      () => option(81, [0, 0, 0, 0x61]),
      () => option(82, [1, 2, 5, 6, 2, 3, 1, 2, 3]),
      () => option(121, [24, 10, 1, 2, ...chance.bytes(4)]),
      () => option(43, chance.bytes(chance.below(9))),
      () => option(119, [3, 0x66, 0x6f, 0x6f, 0]),
      () => option(224, chance.bytes(chance.below(9))),
    ])(),
  );
  const end = chance.once(5) ? [] : [255];
  const chaddr = [...chance.bytes(6), ...zeros(10)];
  return [
    1 + chance.below(2), 1, 6, chance.below(3), ...chance.bytes(4), ...chance.bytes(2), chance.once(2) ? 0x80 : 0, 0,
    ...chance.bytes(16), ...chaddr, ...zeros(192), 0x63, 0x82, 0x53, 0x63,
    ...option(53, [1 + chance.below(8)]), ...options, ...end, ...zeros(chance.below(30)),
  ]; // prettier-ignore
}

function ntp(chance) {
  const mode = chance.below(8);
  const first = (chance.below(4) << 6) | (chance.pick([1, 2, 3, 4, 4]) << 3) | mode;
  const authentication = chance.pick([[], [], chance.bytes(20), chance.bytes(24)]);
  return [first, ...chance.bytes(47), ...authentication];
}

export function sctp(chance) {
  const chunk = (type, flags, value) => padded([type, flags, ...u16(value.length + 4), ...value], 4);
  const parameter = (type, value) => padded([...u16(type), ...u16(value.length + 4), ...value], 4);
  const init = () => [
    ...chance.bytes(16),
    ...chance.several(3, () =>
      chance.pick([
        () => parameter(5, chance.bytes(4)),
        () => parameter(6, chance.bytes(16)),
        () => parameter(12, [0, 5, 0, 6]),
        () => parameter(0x8000, []),
        () => parameter(0xc000, []),
        () => parameter(0x8008, [0xc0, 0x82, 0x0f]),
      ])(),
    ),
  ];
  const chunks = [0, ...chance.bytes(chance.below(3))].map(() =>
    chance.pick([
      () => chunk(0, chance.below(8), [...chance.bytes(8), ...u32(0), ...chance.bytes(1 + chance.below(30))]),
      () => chunk(1, 0, init()),
      () => chunk(2, 0, [...init(), ...parameter(7, chance.bytes(20))]),
      () => chunk(3, 0, [...chance.bytes(8), 0, 1, 0, 1, 0, 2, 0, 3, ...chance.bytes(4)]),
      () => chunk(3, 0, [...chance.bytes(8), 0, 0, 0, 0]),
      () => chunk(4, 0, parameter(1, chance.bytes(12))),
      () => chunk(5, 0, parameter(1, chance.bytes(12))),
      () => chunk(6, chance.below(2), [0, 12, 0, 8, ...chance.bytes(4)]),
      () => chunk(7, 0, chance.bytes(4)),
      () => chunk(8, 0, []),
      () => chunk(9, 0, [0, 1, 0, 8, 0, 1, 0, 0]),
      () => chunk(10, 0, chance.bytes(20 + chance.below(9))),
      () => chunk(11, 0, []),
      () => chunk(12, 0, chance.bytes(4)),
      () => chunk(13, 0, chance.bytes(4)),
      () => chunk(14, 1, []),
      () => chunk(192, 0, chance.bytes(8)),
      () => chunk(130, 0, parameter(13, chance.bytes(12))),
    ])(),
  );
  return [...u16(chance.below(65536)), ...u16(chance.below(65536)), ...chance.bytes(8), ...chunks.flat()];
}
