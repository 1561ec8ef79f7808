import { formatIpv4, formatIpv6 } from "zc-gen";
import type { Ipv4, Ipv6 } from "zc-gen/protocols";

/** Packets and bytes from one address to another. */
export interface Flow {
  readonly src: string;
  readonly dst: string;
  readonly packets: number;
  readonly bytes: number;
}

// A key is source and destination, four words each; IPv4 addresses in their mapped form (RFC 4291 §2.5.5.2).
const WORDS = 8;
const MAPPED = 0xffff;

/**
 * Counts by address pair, in arrays that are made once: a packet allocates nothing, and a scan of a million addresses
 * fills no memory. A hash table with linear probing.
 */
export class FlowTable {
  /** Packets of pairs that found no room. */
  overflow: number = 0;
  private readonly slots: number;
  private readonly key: Uint32Array = new Uint32Array(WORDS);
  private readonly keys: Uint32Array;
  private readonly packets: Float64Array;
  private readonly bytes: Float64Array;
  private used: number = 0;

  /** `slots` is a power of two; three quarters of them get used. */
  constructor(slots: number = 1 << 14) {
    this.slots = slots;
    this.keys = new Uint32Array(slots * WORDS);
    this.packets = new Float64Array(slots);
    this.bytes = new Float64Array(slots);
  }

  addIpv4(ip: Ipv4, bytes: number): void {
    const { key } = this;
    key.fill(0);
    key[2] = key[6] = MAPPED;
    key[3] = ip.src;
    key[7] = ip.dst;
    this.addKey(bytes);
  }

  addIpv6(ip: Ipv6, bytes: number): void {
    for (let index = 0; index < 4; index++) {
      this.key[index] = ip.srcWord(index);
      this.key[index + 4] = ip.dstWord(index);
    }
    this.addKey(bytes);
  }

  /** The pairs with the most bytes, the largest first. */
  top(count: number): Flow[] {
    const used = [...this.packets.keys()].filter((slot) => this.packets[slot] !== 0);
    const flows = used.map((slot) => this.flowAt(slot));
    return flows.sort((a, b) => b.bytes - a.bytes).slice(0, count);
  }

  private addKey(bytes: number): void {
    const slot = this.findSlot();
    if (slot < 0) {
      this.overflow++;
      return;
    }
    this.packets[slot] = (this.packets[slot] as number) + 1;
    this.bytes[slot] = (this.bytes[slot] as number) + bytes;
  }

  /** The key's slot, a new one where it has none yet; -1 when the table is full. */
  private findSlot(): number {
    let slot = this.hash() & (this.slots - 1);
    while (this.packets[slot] !== 0) {
      if (this.holdsKey(slot)) return slot;
      slot = (slot + 1) & (this.slots - 1);
    }
    if (this.used >= this.slots * 0.75) return -1;
    this.used++;
    for (let index = 0; index < WORDS; index++) this.keys[slot * WORDS + index] = this.key[index] as number;
    return slot;
  }

  private holdsKey(slot: number): boolean {
    for (let index = 0; index < WORDS; index++) {
      if (this.keys[slot * WORDS + index] !== this.key[index]) return false;
    }
    return true;
  }

  private hash(): number {
    let hash = 0;
    for (let index = 0; index < WORDS; index++) {
      hash = Math.imul(hash ^ (this.key[index] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private flowAt(slot: number): Flow {
    const at = slot * WORDS;
    return {
      src: addressText(this.keys.slice(at, at + 4)),
      dst: addressText(this.keys.slice(at + 4, at + 8)),
      packets: this.packets[slot] as number,
      bytes: this.bytes[slot] as number,
    };
  }
}

function addressText(words: Uint32Array): string {
  if (words[0] === 0 && words[1] === 0 && words[2] === MAPPED) return formatIpv4(words[3] as number);
  const bytes = new DataView(new ArrayBuffer(16));
  for (const [index, word] of words.entries()) bytes.setUint32(index * 4, word);
  return formatIpv6(new Uint8Array(bytes.buffer));
}
