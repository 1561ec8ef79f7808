/** Tables for eight bytes at a time, one after the other: 8 KiB, made when the first checksum is asked for. */
type Tables = Int32Array;

const SLICES = 8;

function makeTables(reversedPolynomial: number): Tables {
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ reversedPolynomial;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] as number;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

let ieee: Tables | undefined;
let castagnoli: Tables | undefined;

/** CRC-32 of Ethernet, zip and PNG (ISO 3309), unsigned. `crc` is that of the bytes before. */
export function crc32(view: DataView, from: number, to: number, crc: number = 0): number {
  ieee ??= makeTables(0xedb88320);
  return run(ieee, view, from, to, crc);
}

/** CRC-32C of SCTP and iSCSI (Castagnoli; RFC 9260 appendix A), unsigned. `crc` is that of the bytes before. */
export function crc32c(view: DataView, from: number, to: number, crc: number = 0): number {
  castagnoli ??= makeTables(0x82f63b78);
  return run(castagnoli, view, from, to, crc);
}

/** Slicing-by-8: eight lookups that do not wait for each other, where a byte at a time has a chain of eight. */
function run(tables: Tables, view: DataView, from: number, to: number, crc: number): number {
  const t = (index: number): number => tables[index] as number;
  let state = ~crc;
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    const low = state ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    state =
      t(0x700 | (low & 0xff)) ^
      t(0x600 | ((low >>> 8) & 0xff)) ^
      t(0x500 | ((low >>> 16) & 0xff)) ^
      t(0x400 | (low >>> 24)) ^
      t(0x300 | (high & 0xff)) ^
      t(0x200 | ((high >>> 8) & 0xff)) ^
      t(0x100 | ((high >>> 16) & 0xff)) ^
      t(high >>> 24);
  }
  for (; at < to; at++) state = t((state ^ view.getUint8(at)) & 0xff) ^ (state >>> 8);
  return ~state >>> 0;
}
