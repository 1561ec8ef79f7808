// Checksums of one packet, each beside a loop that does the same byte by byte or word by word.
import { adler32, crc32c, sumWords } from "zc-gen";
import { measure, type Row } from "./measure.js";
import { finish, machine, rounds, table } from "./report.js";

/** The promise for whole packets, in times of the plain loop. A header of 20 bytes is measured, but promises nothing. */
const PROMISED: Readonly<Record<string, number>> = { sumWords: 0.5, "crc32c, eight bytes a step": 0.7 };
const PACKETS = 32;

const length = Number(process.argv[2] ?? 1500);
const LIMITS = length < 500 ? {} : PROMISED;
const view = new DataView(new ArrayBuffer(PACKETS * 2048));
for (let at = 0; at < view.byteLength; at++) view.setUint8(at, (at * 7919) ^ (at >> 5));

/** A row that works on every packet; they begin where network headers do, 2 modulo 4. */
function row(name: string, sum: (view: DataView, from: number, to: number) => number): Row {
  const run = (): number => {
    let all = 0;
    for (let packet = 0; packet < PACKETS; packet++) {
      const from = packet * 2048 + 14;
      all ^= sum(view, from, from + length);
    }
    return all;
  };
  return { name, run };
}

function plainSum(from: DataView, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at + 1 < end; at += 2) sum += from.getUint16(at, false);
  if ((end - start) % 2 === 1) sum += from.getUint8(end - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
  return crc;
});

function plainCrc(from: DataView, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at++) {
    crc = (crcTable[(crc ^ from.getUint8(at)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function plainAdler(from: DataView, start: number, end: number): number {
  let [first, second] = [1, 0];
  for (let at = start; at < end; at++) {
    first = (first + from.getUint8(at)) % 65521;
    second = (second + first) % 65521;
  }
  return ((second << 16) | first) >>> 0;
}

const TABLES: readonly (readonly Row[])[] = [
  [row("16 bits a step", plainSum), row("sumWords", sumWords)],
  [row("one byte a step", plainCrc), row("crc32c, eight bytes a step", crc32c)],
  [row("modulo in every step", plainAdler), row("adler32", adler32)],
];

console.log(`\n${machine()}\nchecksums of ${length} bytes`);
for (const rows of TABLES) {
  const measured = measure(rows, { items: PACKETS, rounds: rounds(40) });
  console.log(`\n${table(measured, LIMITS)}`);
  finish(measured, LIMITS);
}
