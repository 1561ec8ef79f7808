import { TpacketReq3 } from "../generated/index.js";
import { addon, type NativeRing } from "./binding.js";
import { TP_FT_REQ_FILL_RXHASH } from "./if-packet.js";
import { checkBoolean, checkChoice, checkInteger, checkNames, configError } from "./option-checks.js";
import {
  checkReceive,
  checkReceiveFrom,
  RECEIVE_OPTIONS,
  type CheckedReceive,
  type ReceiveOptions,
} from "./receive-options.js";
import {
  checkLimits,
  COMMON_OPTIONS,
  frameBytesFor,
  type CommonLimits,
  type CommonRingOptions,
} from "./ring-limits.js";

/** Whether full blocks matter or early ones. */
export type LatencyChoice = "batch" | "low";

/** Options of `RxRing.fromFd`: the socket itself tells the interface and whether it is cooked. */
export interface FromFdOptions extends CommonRingOptions, Omit<ReceiveOptions, "interface" | "cooked"> {
  /**
   * "low" hands blocks over after a millisecond, the least that a ring can, and makes them smaller: 128 KiB. For less,
   * take a `DatagramSource`. Default "batch".
   */
  readonly latency?: LatencyChoice;
  /** A block that is not full is handed over after about so many milliseconds, or sooner. Default 10; 1 with low latency. */
  readonly blockTimeoutMs?: number;
  /** Asks the kernel for a flow hash of each packet. Default true. */
  readonly rxHash?: boolean;
  /** Asks for `packet.virtioHeader`: segment size of super-packets, checksums to come. Default false. */
  readonly vnetHeader?: boolean;
  /** Takes fewer blocks, 5 % at a time, when the kernel has no memory for all: `ring.blocks` tells. Default false. */
  readonly allowShrink?: boolean;
}

/** Options of `RxRing.open`. */
export interface RxRingOptions extends FromFdOptions, ReceiveOptions {}

const OPTIONS = [
  ...COMMON_OPTIONS,
  ...RECEIVE_OPTIONS,
  "latency",
  "blockTimeoutMs",
  "rxHash",
  "vnetHeader",
  "allowShrink",
];
const FROM_FD_OPTIONS = OPTIONS.filter((name) => name !== "interface" && name !== "cooked");

const GEOMETRY = {
  batch: { blockBytes: 1 << 20, blocks: 32, blockTimeoutMs: 10 },
  low: { blockBytes: 1 << 17, blocks: 256, blockTimeoutMs: 1 },
} as const;

/** All that opening a ring takes, checked. */
export interface RxRequest extends CommonLimits {
  readonly receive: CheckedReceive;
  readonly blockTimeoutMs: number;
  readonly rxHash: boolean;
  readonly vnetHeader: boolean;
  readonly allowShrink: boolean;
  readonly wantsHardwareStamps: boolean;
}

/** Checks every option before any system call on the ring. @throws RingConfigError, InterfaceNotFoundError, ... */
export function checkRxOptions(options: RxRingOptions): RxRequest {
  if (typeof options !== "object" || options === null) {
    throw configError("options", options, "an object with an interface");
  }
  checkNames(options, OPTIONS);
  const rest = checkRing(options);
  return withReceive(rest, checkReceive(options), options);
}

/** The same for a socket that somebody opened. */
export function checkRxOptionsFrom(fd: number, options: FromFdOptions): RxRequest {
  checkNames(options, FROM_FD_OPTIONS);
  const rest = checkRing(options);
  return withReceive(rest, checkReceiveFrom(fd, options), options);
}

type RingPart = Omit<RxRequest, "receive" | "wantsHardwareStamps">;

function withReceive(ring: RingPart, receive: CheckedReceive, { timestamps }: FromFdOptions): RxRequest {
  if (ring.vnetHeader && receive.cooked) {
    throw configError(
      "vnetHeader",
      true,
      "false for cooked packets: the kernel has it for whole frames alone",
    );
  }
  return { ...ring, receive, wantsHardwareStamps: timestamps === "hardware" };
}

function checkRing(options: FromFdOptions): RingPart {
  const { pageBytes } = addon();
  const geometry = GEOMETRY[checkChoice("latency", options.latency ?? "batch", ["batch", "low"])];
  const limits = checkLimits(options, { ...geometry, pageBytes });
  return {
    ...limits,
    // The kernel's own field has 16 bits before 6.18.
    blockTimeoutMs: checkInteger("blockTimeoutMs", options.blockTimeoutMs ?? geometry.blockTimeoutMs, {
      min: 1,
      max: 65_535,
    }),
    rxHash: checkBoolean("rxHash", options.rxHash ?? true),
    vnetHeader: checkBoolean("vnetHeader", options.vnetHeader ?? false),
    allowShrink: checkBoolean("allowShrink", options.allowShrink ?? false),
  };
}

/** What the addon takes, with so many blocks. */
export function ringRequest(request: RxRequest, blocks: number): NativeRing {
  const ring = new Uint8Array(TpacketReq3.MIN_LENGTH);
  const struct = new TpacketReq3(new DataView(ring.buffer));
  struct.wrap(0, ring.length);
  struct.tpBlockSize = request.blockBytes;
  struct.tpBlockNr = blocks;
  struct.tpFrameSize = frameBytesFor(addon().pageBytes);
  struct.tpFrameNr = (request.blockBytes / struct.tpFrameSize) * blocks;
  struct.tpRetireBlkTov = request.blockTimeoutMs;
  struct.tpFeatureReqWord = request.rxHash ? TP_FT_REQ_FILL_RXHASH : 0;
  return { ...request.receive.native, ring, vnetHeader: request.vnetHeader };
}
