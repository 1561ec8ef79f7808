import { Clock, MICROSECONDS } from "./timestamp.js";

/** An interface as the capture file describes it. A classic pcap has one, without a name. */
export interface CaptureInterface {
  /** Place among the interfaces of its section, from 0. */
  readonly index: number;
  /** LINKTYPE_* number of its packets. */
  readonly linkType: number;
  /** The most bytes that were kept of a packet; 0 is no limit. */
  readonly snaplen: number;
  readonly name?: string;
  readonly description?: string;
  readonly hardware?: string;
  readonly os?: string;
  readonly filter?: string;
  readonly comments?: readonly string[];
  /** Bits a second. */
  readonly speed?: bigint;
  /** Bytes of frame check sequence at the end of each packet. */
  readonly fcsLength?: number;
  /** `if_tsresol`: 6 is microseconds, 9 nanoseconds; the upper bit makes it a power of two. */
  readonly timeResolution: number;
  /** `if_tsoffset`: seconds to add to every time. */
  readonly timeOffset: number;
}

/** An interface with the clock its packets are read by. */
export interface ClockedInterface {
  readonly facts: CaptureInterface;
  readonly clock: Clock;
}

/** With the clock that belongs to it. */
export function withClock(facts: CaptureInterface): ClockedInterface {
  return { facts, clock: new Clock(facts.timeResolution, facts.timeOffset) };
}

/** The one interface of a classic pcap. */
export function soleInterface(linkType: number, snaplen: number, nanoseconds: boolean): CaptureInterface {
  return {
    index: 0,
    linkType,
    snaplen,
    timeResolution: nanoseconds ? 9 : MICROSECONDS,
    timeOffset: 0,
  };
}
