// Sweeps of the link layers: see sweeps.mjs.
import { u16, u24, u32, zeros } from "./bytes.mjs";
import { ETHERNET, frame, inIpv4, numbers, payloads, values } from "./sweep-frames.mjs";

export function* etherTypes(chance) {
  const one = (type, payload) => [ETHERNET, frame(type, payload)];
  for (const type of numbers(0x700)) yield one(type, chance.bytes(50));
  for (const type of numbers(0x10000, 16)) {
    yield one(type + chance.below(16), [...payloads(chance)][chance.below(3)]);
  }
  for (const type of [...numbers(0x200)].map((low) => 0x8800 + low)) {
    for (const payload of payloads(chance)) yield one(type, payload);
  }
  for (const type of [0x8100, 0x88a8, 0x9100, 0x9200, 0x9300, 0x88e7]) {
    for (const inner of [0x8100, 0x9100, 0x9200, 0x0800, 0x86dd, 0x0806, 0x8847, 0x8864, 0x0600, 1501]) {
      for (const payload of payloads(chance)) {
        yield one(type, [...chance.bytes(2), ...u16(inner), ...payload]);
      }
    }
  }
}

export function* llcs(chance) {
  const llc = (bytes) => [ETHERNET, frame(bytes.length, bytes)];
  for (const dsap of numbers(256)) {
    for (const control of [3, 0x13, 0x7f, 0xaf, 0xe3, 0, 1, 5]) {
      for (const ssap of [dsap, dsap ^ 1]) {
        yield llc([dsap, ssap, control, ...[...payloads(chance)][chance.below(3)]]);
      }
    }
  }
  const ids = [0, 1, 2, 7, 0x0b, 0x0e, 0x010b, 0x010c, 0x0104, 0x2000, 0x2003, 0x2004, 0x0800, 0x0806, 0x86dd, 0x8100, 0x809b, 0x8847, 0x05dc]; // prettier-ignore
  for (const oui of [
    0, 0xf8, 0x0c, 0x0080c2, 0x080007, 0x00e02b, 0x080009, 0x00805f, 0x000081, 0x00a03e, 0x0050f2, 0x0001e8,
    0x00055d, 0x00005e, 0x004096, 0x017db,
  ]) {
    for (const id of ids) {
      for (const payload of payloads(chance)) yield llc([0xaa, 0xaa, 3, ...u24(oui), ...u16(id), ...payload]);
    }
  }
  for (const length of numbers(9)) yield [ETHERNET, frame(length, [0xaa, 0xaa, 3, ...zeros(43)])];
}

export function* bridges(chance) {
  const bpdu = (bytes) => [ETHERNET, frame(bytes.length + 3, [0x42, 0x42, 3, ...bytes])];
  for (const version of numbers(6)) {
    for (const type of [0, 1, 2, 0x80, 0x81]) {
      for (const length of [0, 10, 31, 32, 33, 34, 60, 98, 98 + 16, 98 + 32, 120]) {
        const body = chance.bytes(length);
        if (length > 34) body.splice(31, 3, 0, ...u16(chance.pick([0, length - 34, 64, 80, 500])));
        yield bpdu([0, chance.once(9) ? 1 : 0, version, type, ...body]);
      }
    }
  }
}

export function* pppProtocols(chance) {
  for (const number of [
    ...numbers(0x400),
    ...[...numbers(0x10000, 64)].map((one) => one + chance.below(64)),
  ]) {
    for (const payload of payloads(chance)) {
      yield [9, [...chance.pick([[], [0xff, 3], [0xff, 0x5f]]), ...u16(number), ...payload]];
    }
  }
  for (const code of numbers(256)) {
    for (const type of code === 0 ? [0x8864] : [0x8863]) {
      const payload = chance.pick([
        [0, 0x21, ...inIpv4(59, [])],
        [0x21, ...inIpv4(59, [])],
        [0xc0, 0x21, 1, 1, 0, 4],
        [1, 1, 0, 0],
      ]);
      yield [ETHERNET, frame(type, [0x11, code, 0, 7, ...u16(payload.length), ...payload, ...zeros(9)])];
    }
  }
  for (const tag of [0, 0x0101, 0x0102, 0x0103, 0x0104, 0x0110, 0x0120, 0x0201, 0x0202, 0x0203]) {
    const value = chance.bytes(chance.pick([0, 2, 4, 6, 12]));
    const tags = [...u16(tag), ...u16(value.length), ...value];
    yield [ETHERNET, frame(0x8863, [0x11, 9, 0, 0, ...u16(tags.length), ...tags])];
  }
  yield* [];
}

export function* cookedProtocols(chance) {
  const arphrds = [
    1, 0, 512, 519, 768, 769, 770, 772, 776, 778, 801, 802, 803, 804, 805, 820, 823, 0xfffe, 0xffff, 280,
  ];
  const protocols = [
    ...numbers(0x120),
    0x0600,
    0x0800,
    0x0806,
    0x6558,
    0x6559,
    0x86dd,
    0x8100,
    0x8847,
    0x8863,
    0x8864,
    0x88cc,
    0x88be,
    0x9999,
    0x880b,
    0x883e,
  ];
  for (const arphrd of arphrds) {
    for (const protocol of protocols) {
      const payload = [...payloads(chance)][chance.below(3)];
      yield [
        113,
        [0, chance.below(8), ...u16(arphrd), 0, 6, ...chance.bytes(8), ...u16(protocol), ...payload],
      ];
      yield [
        276,
        [
          ...u16(protocol),
          0,
          0,
          ...u32(3),
          ...u16(arphrd),
          chance.below(8),
          6,
          ...chance.bytes(8),
          ...payload,
        ],
      ];
    }
  }
}

export function* loopFamilies(chance) {
  for (const family of [...numbers(300), 0x0800, 0x86dd, 0x0806, 0x10000, 0x02000000, 0x1e000000]) {
    for (const payload of payloads(chance)) {
      yield [0, [...u32(family).reverse(), ...payload]];
      yield [0, [...u32(family), ...payload]];
      yield [108, [...u32(family), ...payload]];
    }
  }
}

export function* labels(chance) {
  for (const label of [...numbers(20), 0xfffff]) {
    for (const payload of payloads(chance)) {
      yield [ETHERNET, frame(0x8847, [...u24((label << 4) | 1), 64, ...payload])];
    }
    for (const nibble of numbers(16)) {
      yield [ETHERNET, frame(0x8847, [...u24((label << 4) | 1), 64, nibble << 4, ...chance.bytes(40)])];
    }
    yield [
      ETHERNET,
      frame(0x8847, [...u24((label << 4) | 1), 64, 0, 0, 0, 0, ...frame(0x0800, inIpv4(59, []))]),
    ];
    yield [ETHERNET, frame(0x8847, [...u24(label << 4), 64, ...u24(0x101), 64, ...inIpv4(59, [])])];
  }
}

export function* lldpTlvs(chance) {
  const tlv = (type, value) => [...u16((type << 9) | value.length), ...value];
  const start = [...tlv(1, [4, 2, 0, 0, 0, 0, 1]), ...tlv(2, [5, 0x61]), ...tlv(3, [0, 120])];
  for (const type of numbers(128)) {
    for (const value of values(chance, 16)) {
      yield [ETHERNET, frame(0x88cc, [...start, ...tlv(type, value), ...tlv(5, [0x61]), 0, 0])];
    }
  }
  for (const oui of [0x0080c2, 0x00120f, 0x0012bb, 0x000ecf, 0x30b216, 0x001b21, 0x0001f4, 0x00000c]) {
    for (const subtype of numbers(20)) {
      for (const length of [0, 1, 2, 4, 8, 12, 20]) {
        yield [
          ETHERNET,
          frame(0x88cc, [...start, ...tlv(127, [...u24(oui), subtype, ...chance.bytes(length)]), 0, 0]),
        ];
      }
    }
  }
}

export function* arps(chance) {
  for (const type of [...numbers(40), 256, 0xffff]) {
    for (const hlen of [0, 1, 6, 8, 16, 20]) {
      for (const [protocol, plen] of [
        [0x0800, 4],
        [0x0800, 0],
        [0x86dd, 16],
        [0x0800, 6],
        [0x9999, 3],
      ]) {
        yield [ETHERNET, frame(0x0806, [...u16(type), ...u16(protocol), hlen, plen, ...u16(1 + chance.below(6)), ...chance.bytes(2 * (hlen + plen)), ...zeros(8)])]; // prettier-ignore
      }
    }
  }
}
