// Bytes of packets made at random: arrays of numbers, outermost last.

/** Numbers from 0 to below `below`, the same for the same seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export const u8 = (value) => [value & 255];
export const u16 = (value) => [(value >>> 8) & 255, value & 255];
export const u24 = (value) => [(value >>> 16) & 255, ...u16(value)];
export const u32 = (value) => [(value >>> 24) & 255, ...u24(value)];
export const zeros = (count) => new Array(count).fill(0);

/** What the makers of layers share: the source of chance, and what they are in. */
export class Chance {
  /** Set while a packet is made that an ICMP error quotes. */
  isQuoted = false;

  constructor(random) {
    this.random = random;
  }

  /** 0 to below `below`. */
  below(below) {
    return this.random(below);
  }

  /** True once in `of` times. */
  once(of) {
    return this.random(of) === 0;
  }

  pick(values) {
    return values[this.random(values.length)];
  }

  bytes(count) {
    return Array.from({ length: count }, () => this.random(256));
  }

  /** Up to `most` of what `make` gives, one after the other. */
  several(most, make) {
    return Array.from({ length: this.random(most + 1) }, () => make(this)).flat();
  }

  /** 0 or 1 in the bit `shift`. */
  bit(shift) {
    return this.random(2) << shift;
  }
}

/** Zeros up to a multiple of `of`. */
export function padded(bytes, of, filler = 0) {
  const count = (of - (bytes.length % of)) % of;
  return [...bytes, ...new Array(count).fill(filler)];
}
