// Frames around what a sweep is about.
import { u16, zeros } from "./bytes.mjs";

export const ETHERNET = 1;
const MACS = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
export const V6 = [0x20, 1, 0xd, 0xb8, ...zeros(11), 1];

export const frame = (etherType, payload) => [...MACS, ...u16(etherType), ...payload];
export const inIpv4 = (protocol, payload, options = []) => [
  0x45 + options.length / 4, 0, ...u16(20 + options.length + payload.length), 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, ...options, ...payload,
]; // prettier-ignore
export const inIpv6 = (next, payload) => [
  0x60,
  0,
  0,
  0,
  ...u16(payload.length),
  next,
  64,
  ...V6,
  ...V6,
  ...payload,
];
export const inUdp = (from, to, payload) =>
  inIpv4(17, [...u16(from), ...u16(to), ...u16(8 + payload.length), 0, 0, ...payload]);
export const ip = (bytes) => [ETHERNET, frame(0x0800, bytes)];
export const ip6 = (bytes) => [ETHERNET, frame(0x86dd, bytes)];

/** 0 to below `count`. */
export function* numbers(count, step = 1) {
  for (let i = 0; i < count; i += step) yield i;
}

/** What follows a number: a packet that begins as the protocols which may come would, or bytes. */
export function* payloads(chance) {
  yield inIpv4(17, [0x13, 0x88, 0x13, 0x88, 0, 8, 0, 0]);
  yield inIpv6(59, []);
  yield chance.bytes(46);
}

/** A value of each length up to `most`, of zeros or of anything. */
export function* values(chance, most) {
  for (const length of numbers(most + 1)) yield chance.once(2) ? zeros(length) : chance.bytes(length);
}
