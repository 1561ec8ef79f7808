import {
  PcapngBlockType,
  PcapngEnhancedPacket,
  PcapngObsoletePacket,
  PcapngSimplePacket,
} from "../generated/index.js";
import { maxPacketBytes } from "./capture-format.js";
import type { ClockedInterface } from "./capture-interface.js";

type Order = "big" | "little";

/** Bytes of a block's two lengths and its type. */
const FRAME_BYTES = 12;

/** Whether blocks of a type are packets. */
export function isPacketBlock(type: number): boolean {
  return (
    type === PcapngBlockType.enhancedPacket ||
    type === PcapngBlockType.simplePacket ||
    type === PcapngBlockType.obsoletePacket
  );
}

/** Stands on one packet block, of whichever kind. */
export class PacketBlockReader {
  /** The packet's first byte, from the start of the view. */
  dataStart: number = 0;
  captured: number = 0;
  /** Where the block's options begin, and end. */
  optionsStart: number = 0;
  optionsEnd: number = 0;
  private readonly enhanced: PcapngEnhancedPacket;
  private readonly simple: PcapngSimplePacket;
  private readonly obsolete: PcapngObsoletePacket;
  private type: number = 0;
  private current: ClockedInterface | undefined = undefined;

  constructor(view: DataView, order: Order) {
    this.enhanced = new PcapngEnhancedPacket[order](view);
    this.simple = new PcapngSimplePacket[order](view);
    this.obsolete = new PcapngObsoletePacket[order](view);
  }

  /** Moves to the block of `length` bytes at `at`, all of them there. Gives what is wrong with it; "" when it is sound. */
  read(type: number, at: number, length: number, interfaces: readonly ClockedInterface[]): string {
    this.type = type;
    const end = at + length - 4; // before the second length
    const header = this.headerOf(type);
    if (header.wrap(at, end) !== 0) return `a packet block of ${length} bytes is too short`;
    this.dataStart = header.payloadOffset;
    this.current = interfaces[type === PcapngBlockType.simplePacket ? 0 : this.interfaceId()];
    if (this.current === undefined) return this.unknownInterface();
    const room = end - this.dataStart;
    this.captured = this.capturedOf(this.current);
    if (this.captured > room) {
      return `a packet of ${this.captured} bytes is claimed, but its block has room for ${room}`;
    }
    const most = maxPacketBytes(this.current.facts.linkType);
    if (this.captured > most) {
      return `a packet of ${this.captured} bytes is claimed, and ${most} are possible`;
    }
    this.optionsStart = this.dataStart + ((this.captured + 3) & ~3);
    this.optionsEnd = type === PcapngBlockType.simplePacket ? this.optionsStart : end;
    return "";
  }

  /** The interface of the packet. */
  get interface(): ClockedInterface {
    return this.current as ClockedInterface;
  }

  get hasTime(): boolean {
    return this.type !== PcapngBlockType.simplePacket;
  }

  seconds(): number {
    if (!this.hasTime) return this.simple.originalLength * 0; // reads, so that a parked packet throws
    const { timestampHigh, timestampLow } = this.timed();
    return this.interface.clock.seconds(timestampHigh, timestampLow);
  }

  nanoseconds(): number {
    if (!this.hasTime) return this.simple.originalLength * 0;
    const { timestampHigh, timestampLow } = this.timed();
    return this.interface.clock.nanoseconds(timestampHigh, timestampLow);
  }

  originalLength(): number {
    return this.headerOf(this.type).originalLength;
  }

  park(): void {
    this.enhanced.park();
    this.simple.park();
    this.obsolete.park();
  }

  private headerOf(type: number): PcapngEnhancedPacket | PcapngSimplePacket | PcapngObsoletePacket {
    if (type === PcapngBlockType.enhancedPacket) return this.enhanced;
    return type === PcapngBlockType.simplePacket ? this.simple : this.obsolete;
  }

  private timed(): PcapngEnhancedPacket | PcapngObsoletePacket {
    return this.type === PcapngBlockType.enhancedPacket ? this.enhanced : this.obsolete;
  }

  private interfaceId(): number {
    return this.timed().interfaceId;
  }

  private capturedOf({ facts }: ClockedInterface): number {
    if (this.type !== PcapngBlockType.simplePacket) return this.timed().capturedLength;
    const { originalLength } = this.simple;
    return facts.snaplen === 0 ? originalLength : Math.min(originalLength, facts.snaplen);
  }

  private unknownInterface(): string {
    if (this.type === PcapngBlockType.simplePacket) {
      return "a packet comes before any interface is described";
    }
    return `a packet is of interface ${this.interfaceId()}, which the section has not described`;
  }
}

/** What is wrong with a block's lengths; "" when they are sound. */
export function lengthProblem(length: number): string {
  if (length < FRAME_BYTES) {
    return `a block of ${length} bytes is shorter than its own frame of ${FRAME_BYTES}`;
  }
  return length % 4 === 0 ? "" : `a block of ${length} bytes is no multiple of 4`;
}
