import { TpacketReq3 } from "../generated/index.js";
import { addon } from "./binding.js";
import { buildFilter, type BpfInstruction } from "./filter.js";
import { TP_FT_REQ_FILL_RXHASH } from "./if-packet.js";
import { ARPHRD_LOOPBACK } from "./link-type.js";
import { findInterface, type NetworkInterface } from "./interfaces.js";
import type { LinkEvent } from "./link-watch.js";
import { checkBoolean, checkInteger, checkNames, configError } from "./option-checks.js";
import {
  checkLimits,
  checkSignal,
  COMMON_OPTIONS,
  frameBytesFor,
  type CommonLimits,
  type CommonRingOptions,
} from "./ring-limits.js";

/** Options of `RxRing.open`. */
export interface RxRingOptions extends CommonRingOptions {
  /** Name of the interface to capture on: see `listInterfaces()`. */
  readonly interface: string;
  /** A block that is not full is handed over after about so many milliseconds, or sooner. Default 10. */
  readonly blockTimeoutMs?: number;
  /** Asks the kernel for a flow hash of each packet. Default true. */
  readonly rxHash?: boolean;
  /** Asks the card for frames to other stations too. Default false. */
  readonly promiscuous?: boolean;
  /** Captures at most so many bytes of each packet. Default all. */
  readonly snaplen?: number;
  /** Classic BPF: only packets it accepts reach the ring. */
  readonly filter?: readonly BpfInstruction[];
  /** Leaves out what this machine sends. Default true on loopback, where each packet would come twice, else false. */
  readonly ignoreOutgoing?: boolean;
  /** Closes the ring, last packets delivered, when it aborts. */
  readonly signal?: AbortSignal;
  /** Told when the interface goes down, comes up, or is deleted. */
  readonly onLink?: (event: LinkEvent) => void;
}

const OPTIONS = [
  "interface",
  ...COMMON_OPTIONS,
  "blockTimeoutMs",
  "rxHash",
  "promiscuous",
  "snaplen",
  "filter",
  "ignoreOutgoing",
  "signal",
  "onLink",
];

/** All that opening a ring takes, checked. */
export interface RxRequest extends CommonLimits {
  readonly target: NetworkInterface;
  readonly blockTimeoutMs: number;
  /** A struct tpacket_req3. */
  readonly requestBytes: Uint8Array;
  readonly filterWords: Uint32Array;
  readonly promiscuous: boolean;
  readonly ignoreOutgoing: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onLink: ((event: LinkEvent) => void) | undefined;
}

/** Checks every option before any system call on the ring. @throws RingConfigError, InterfaceNotFoundError, ... */
export function checkRxOptions(options: RxRingOptions): RxRequest {
  if (typeof options !== "object" || options === null) {
    throw configError("options", options, "an object with an interface");
  }
  checkNames(options, OPTIONS);
  const { pageBytes } = addon();
  const limits = checkLimits(options, { blockBytes: 1 << 20, blocks: 32, pageBytes });
  // The kernel's own field has 16 bits before 6.18.
  const blockTimeoutMs = checkInteger("blockTimeoutMs", options.blockTimeoutMs ?? 10, {
    min: 1,
    max: 65_535,
  });
  const rxHash = checkBoolean("rxHash", options.rxHash ?? true);
  const promiscuous = checkBoolean("promiscuous", options.promiscuous ?? false);
  const filterWords = buildFilter(options.filter, checkSnaplen(options.snaplen));
  const onLink = checkOnLink(options.onLink);
  const signal = checkSignal(options.signal);
  const target = findInterface(options.interface);
  const isLoopback = target.hatype === ARPHRD_LOOPBACK;
  return {
    ...limits,
    target,
    blockTimeoutMs,
    requestBytes: buildRequest(limits, blockTimeoutMs, rxHash, pageBytes),
    filterWords,
    promiscuous,
    ignoreOutgoing: checkBoolean("ignoreOutgoing", options.ignoreOutgoing ?? isLoopback),
    signal,
    onLink,
  };
}

function checkSnaplen(snaplen: number | undefined): number | undefined {
  return snaplen === undefined ? undefined : checkInteger("snaplen", snaplen, { min: 1, max: 262_144 });
}

function checkOnLink(onLink: RxRingOptions["onLink"]): RxRingOptions["onLink"] {
  if (onLink === undefined || typeof onLink === "function") return onLink;
  throw configError("onLink", onLink, "a function");
}

function buildRequest(
  limits: CommonLimits,
  blockTimeoutMs: number,
  rxHash: boolean,
  pageBytes: number,
): Uint8Array {
  const bytes = new Uint8Array(TpacketReq3.MIN_LENGTH);
  const request = new TpacketReq3(new DataView(bytes.buffer));
  request.wrap(0, bytes.length);
  request.tpBlockSize = limits.blockBytes;
  request.tpBlockNr = limits.blocks;
  request.tpFrameSize = frameBytesFor(pageBytes);
  request.tpFrameNr = (limits.blockBytes / request.tpFrameSize) * limits.blocks;
  request.tpRetireBlkTov = blockTimeoutMs;
  request.tpFeatureReqWord = rxHash ? TP_FT_REQ_FILL_RXHASH : 0;
  return bytes;
}
