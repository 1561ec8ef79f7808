// One mutant of a packet: bits, cuts, lengths, splices.

const MOST_CHANGES = 4;

/**
 * Writes a mutant to `target` and gives how long it is, and its link type. `groups` as `originals()` gives them.
 *
 * @param {Uint8Array} target
 */
export function mutate(groups, chance, target) {
  const packet = draw(groups, chance);
  let { length } = packet.bytes;
  target.set(packet.bytes);
  for (let change = chance.below(MOST_CHANGES); change >= 0 && length > 0; change--) {
    length = KINDS[chance.below(KINDS.length)](target, length, packet, chance, groups);
  }
  return { length, linkType: packet.linkType };
}

/** Large packets take long and are all alike: one in so many is taken. */
const LARGE_BYTES = 2500;
const LARGE_OF = 40;

function draw(groups, chance) {
  for (;;) {
    const packet = chance.pick(chance.pick(groups));
    if (packet.bytes.length <= LARGE_BYTES || chance.once(LARGE_OF)) return packet;
  }
}

/** Most of what matters is at the start. */
function place(length, chance) {
  return chance.below(chance.once(3) ? length : Math.min(length, 100));
}

const EDGES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xfe, 0xff];

/** Each changes `length` bytes in `target` and gives how many there are then. */
const KINDS = [
  (target, length, packet, chance) => {
    target[place(length, chance)] ^= 1 << chance.below(8);
    return length;
  },
  (target, length, packet, chance) => {
    target[place(length, chance)] = chance.pick(EDGES);
    return length;
  },
  (target, length, packet, chance) => {
    target[place(length, chance)] = chance.below(256);
    return length;
  },
  (target, length, packet, chance) => chance.below(length + 1),
  changeLength,
  changeLength,
  (target, length, packet, chance, groups) => {
    const { bytes } = draw(groups, chance);
    const from = chance.below(bytes.length + 1);
    const at = place(length, chance);
    const tail = bytes.subarray(from, from + target.length - at);
    target.set(tail, at);
    return at + tail.length;
  },
  (target, length, packet, chance) => {
    // A piece once more, or a piece less.
    const from = place(length, chance);
    const at = place(length, chance);
    target.copyWithin(at, from, Math.min(length, from + target.length - at));
    return Math.min(target.length, at + length - from);
  },
];

function changeLength(target, length, { lengths }, chance) {
  if (lengths.length === 0) return length;
  const { at, bits, shift } = chance.pick(lengths);
  const most = 2 ** bits - 1;
  const value = chance.pick([0, 1, 2, 3, most, most - 1, (most + 1) / 2, length, length - at]);
  if (at + Math.ceil((shift + bits) / 8) <= length) putBits(target, at, shift, bits, value);
  return length;
}

/** Bits counted from the most significant, as every bundled schema counts them. */
function putBits(target, at, shift, bits, value) {
  for (let bit = 0; bit < bits; bit++) {
    const position = shift + bit;
    const mask = 0x80 >> (position & 7);
    const isSet = Math.floor(value / 2 ** (bits - 1 - bit)) % 2 === 1;
    if (isSet) target[at + (position >> 3)] |= mask;
    else target[at + (position >> 3)] &= ~mask;
  }
}
