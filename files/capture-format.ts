import type { CaptureInterface } from "./capture-interface.js";
import type { CapturePacket } from "./capture-packet.js";
import type { PcapngOption } from "./pcapng-options.js";

/** What a look ahead found: whole packets, one after the other, and why it ended. */
export interface Run {
  /** Whole packets from where the look began. */
  packets: number;
  /** Where they end, or, with no packet, where to look next. */
  next: number;
  /** Bytes from `next` on that it takes to go on; 0 where the look can go on at once. */
  needs: number;
}

/**
 * One capture format in one byte order. Knows records, and nothing of where bytes come from: positions are counted from
 * the start of the view, and `base` tells where that lies in the file.
 */
export interface CaptureFormat {
  readonly name: "pcap" | "pcapng";
  /** Interfaces known so far, of the current section. */
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Finds whole packets from `at` on, up to about `limit` bytes, all before `end`. Takes in what stands between packets.
   *
   * @throws CaptureError when what stands at `at` is damaged; damage behind packets waits for the next look.
   */
  look(at: number, end: number, limit: number, base: number): Run;
  /** Stands on the packet at `at` and places it; gives where the next begins. @throws CaptureError when it changed. */
  step(packet: CapturePacket, at: number, end: number, base: number): number;
  /** Makes later reads of the packet that `step` stood on throw. */
  park(): void;
  // Of the packet that `step` stands on:
  seconds(): number;
  nanoseconds(): number;
  hasTime(): boolean;
  originalLength(): number;
  interfaceOf(): CaptureInterface;
  options(): PcapngOption[];
}

/** The most bytes a packet of a link type can have; a record that claims more is damaged (as libpcap and Wireshark have it). */
export function maxPacketBytes(linkType: number): number {
  return LARGE[linkType] ?? 262_144;
}

const DBUS = 231;
const USBPCAP = 249;
const EBHSCR = 279;
const LARGE: Readonly<Record<number, number>> = { [DBUS]: 2 ** 27, [USBPCAP]: 2 ** 27, [EBHSCR]: 2 ** 23 };
