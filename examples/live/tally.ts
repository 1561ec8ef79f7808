import { Ipv4, Ipv6, Stack } from "zc-gen/protocols";
import type { Block, Packet, PacketRing } from "zc-gen/ring";
import { DecodeClock } from "./decode-clock.js";
import { FlowTable } from "./flow-table.js";
import { ProtocolTable } from "./protocol-table.js";

/** How many of the first packets compete to be the one that is drawn. */
const CANDIDATES = 1000;

/** A packet to draw at the end: it outlives its block. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly linkType: number;
  readonly layers: number;
}

/** Decodes the packets of a ring and counts them. */
export class Tally {
  packets: number = 0;
  /** As long as the packets were on the wire. */
  bytes: number = 0;
  /** Packets whose decoding ended with a fault: truncated, malformed. */
  faults: number = 0;
  /** Of the first faulty packet, in words. */
  firstFault: string = "";
  sample: Sample | undefined = undefined;
  readonly clock: DecodeClock = new DecodeClock();
  readonly protocols: ProtocolTable = new ProtocolTable();
  readonly flows: FlowTable = new FlowTable();
  private readonly stack: Stack;

  constructor(ring: PacketRing) {
    this.stack = ring.bind(Stack);
  }

  /** Decodes against the clock, then once more to count, so that counting is not measured. */
  addBlock(block: Block): void {
    this.clock.measure(block, this.stack);
    for (const packet of block) this.add(packet);
  }

  private add(packet: Packet): void {
    const { stack } = this;
    const bytes = packet.originalLength;
    if (stack.decode(packet) !== 0) this.addFault();
    this.packets++;
    this.bytes += bytes;
    this.protocols.add(stack, packet.hasVlan, bytes);
    if (stack.has(Ipv4)) this.flows.addIpv4(stack.ipv4, bytes);
    else if (stack.has(Ipv6)) this.flows.addIpv6(stack.ipv6, bytes);
    if (this.packets <= CANDIDATES) this.consider(packet);
  }

  private addFault(): void {
    this.faults++;
    if (this.firstFault === "") this.firstFault = this.stack.explain()?.message ?? "";
  }

  /** Keeps the packet with the most layers; of equals a short one, which fits a screen. */
  private consider(packet: Packet): void {
    const layers = this.stack.fault === 0 ? this.stack.layers().length : 0;
    const best = this.sample;
    const better = layers > (best?.layers ?? -1);
    const shorter = layers === best?.layers && packet.capturedLength < best.bytes.length;
    if (better || shorter) this.sample = { bytes: packet.copy(), linkType: packet.linkType, layers };
  }
}
