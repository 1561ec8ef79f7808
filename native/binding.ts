import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { RingUnsupportedError } from "./errors.js";
import type { FanoutRequest } from "./fanout.js";

/** What all handles on blocks have. */
export interface BlockHandle {
  readonly buffer: ArrayBuffer;
  acquire(index: number): number;
  release(index: number): void;
  publish(index: number, status: number): void;
  wait(onWake: () => void): void;
  cancelWait(): void;
  poke(): void;
  wakeups(): number;
  close(): void;
}

/** What handles on a socket that receives have beside that. */
export interface SocketHandle extends BlockHandle {
  spin(index: number, microseconds: number): number;
  readStatistics(target: Uint8Array): number;
  attachFilter(words: Uint32Array): void;
  takeError(): number;
  boundInterface(): number;
  isLinkUp(): boolean;
  fanoutArgument(): number;
}

/** A ring of blocks in the addon: native/src/ring_handle.h. */
export interface RingHandle extends SocketHandle {
  hasHardwareStamps(): boolean;
  share(): number;
  sharedCounts(): SharedCounts;
  endSharing(): void;
}

/** Messages received into slots: native/src/datagram_handle.h. */
export interface DatagramHandle extends SocketHandle {
  port(): number;
  isLocked(): boolean;
}

/** One thread's part in a shared ring: native/src/shared_handle.h. */
export interface SharedHandle extends BlockHandle {
  claim(): number;
  isReady(): boolean;
  hasEnded(): boolean;
  shape(): { readonly blockBytes: number; readonly blocks: number };
}

/** What the readers of a shared ring have done. */
export interface SharedCounts {
  /** Packets of the blocks they took. */
  readonly delivered: number;
  /** Blocks they took. */
  readonly claimed: number;
  readonly members: readonly SharedMember[];
}

/** One reader of a shared ring. */
export interface SharedMember {
  readonly member: number;
  /** Blocks it has now. */
  readonly leases: number;
  /** How long it has had the oldest of them; 0 without any. */
  readonly oldestLeaseMs: number;
  /** Since it took its last block, or since it came. */
  readonly idleMs: number;
  /** Blocks it took. */
  readonly claims: number;
}

/** A socket that sends frames: native/src/sender_handle.h. */
export interface SenderHandle {
  readonly buffer: ArrayBuffer;
  send(frames: readonly Uint8Array[], repeat: number): number;
  sendSlots(first: number, count: number, lengths: Uint32Array): number;
  wait(onRoom: () => void): void;
  cancelWait(): void;
  close(): void;
}

/** A window on a file: native/src/file_window.h. */
export interface FileWindowHandle {
  readonly buffer: ArrayBuffer;
  /** Shows the file from `offset` on, a multiple of the page size. Gives how many of its bytes are there. */
  slide(offset: number): number;
  /** Bytes of the file, now. */
  fileBytes(): number;
  close(): void;
}

/** What receiving on an interface asks for: native/src/receive_request.h. */
export interface NativeReceive extends FanoutRequest {
  readonly adoptedFd: number;
  readonly interfaceIndex: number;
  readonly cooked: boolean;
  readonly cpu: number;
  readonly filter: Uint32Array;
  readonly promiscuous: boolean;
  readonly ignoreOutgoing: boolean;
  /** 0 as packets are copied, 1 software, 2 hardware. */
  readonly timestamps: number;
}

/** The same with a ring; `ring` is a struct tpacket_req3. */
export interface NativeRing extends NativeReceive {
  readonly ring: Uint8Array;
  readonly vnetHeader: boolean;
}

/** The same with slots. */
export interface NativeDatagrams extends NativeReceive {
  readonly receiveBuffer: number;
}

/** A UDP socket; addresses are struct sockaddr_in or sockaddr_in6. */
export interface NativeUdp {
  readonly address: Uint8Array;
  readonly groups: readonly Uint8Array[];
  readonly interfaceIndex: number;
  readonly reuseAddress: boolean;
  readonly onlyV6: boolean;
  readonly segments: boolean;
  readonly receiveBuffer: number;
  readonly filter: Uint32Array;
}

/** How slots lie: native/src/datagram_slots.h. */
export interface NativeSlots {
  readonly blocks: number;
  readonly blockBytes: number;
  readonly batch: number;
  readonly slotBytes: number;
  readonly headroom: number;
  readonly tailroom: number;
  readonly maxSegments: number;
}

/** An interface as the addon describes it. */
export interface NativeInterface {
  readonly name: string;
  readonly index: number;
  readonly up: boolean;
  readonly running: boolean;
  readonly loopback: boolean;
  readonly hatype: number;
  readonly mtu: number;
  readonly address: Uint8Array;
}

/** What native/src/addon.cc exports. */
export interface Addon {
  readonly pageBytes: number;
  readonly RingHandle: {
    new (request: NativeRing): RingHandle;
    new (blockBytes: number, blocks: number): RingHandle;
  };
  readonly FileWindow: new (fd: number, windowBytes: number) => FileWindowHandle;
  readonly DatagramHandle: new (slots: NativeSlots, request: NativeDatagrams | NativeUdp) => DatagramHandle;
  readonly SharedHandle: new (id: number) => SharedHandle;
  readonly SenderHandle: new (
    interfaceIndex: number,
    bypass: boolean,
    slots: number,
    slotBytes: number,
  ) => SenderHandle;
  interfaceDetail(name: string): {
    readonly speedMbps: number;
    readonly offloads: readonly string[];
    readonly addresses: readonly string[];
  };
  interfaceDrops(name: string): number;
  describeSocket(fd: number): {
    readonly domain: number;
    readonly type: number;
    readonly interfaceIndex: number;
  };
  waitForGracePeriod(): boolean;
  /**
   * Writes `frames` to a file, and at each cut a piece of `data`. A cut is three numbers: where it is in `frames`, where
   * its piece begins in `data`, and the piece's bytes: native/src/gathered_write.h.
   */
  writeGathered(fd: number, frames: Uint8Array, data: Uint8Array, cuts: Uint32Array): void;
  /** Tests' seam: native/src/guarded_memory.h. */
  guardedMemory(bytes: number, guardBytes: number): ArrayBuffer;
  /** Tests' seam: native/src/system_call.h. */
  injectFault(syscall: string, errno: number, skip: number, count: number): void;
  listInterfaces(): NativeInterface[];
  setInterfaceUp(name: string, up: boolean): void;
}

let loaded: Addon | RingUnsupportedError | undefined;

/** The addon, loaded at the first call. @throws RingUnsupportedError where there is none, with the remedy. */
export function addon(): Addon {
  loaded ??= load();
  if (loaded instanceof RingUnsupportedError) throw loaded;
  return loaded;
}

/** Whether this system has the addon: rings in plain memory work without. */
export function hasAddon(): boolean {
  loaded ??= load();
  return !(loaded instanceof RingUnsupportedError);
}

function load(): Addon | RingUnsupportedError {
  if (process.platform !== "linux") {
    return unsupported(
      `a live ring needs Linux (AF_PACKET), and this is ${process.platform}`,
      "MockRing and the decoders work everywhere",
    );
  }
  try {
    const nodeGypBuild = createRequire(import.meta.url)("node-gyp-build") as (folder: string) => unknown;
    return nodeGypBuild(nativeFolder()) as Addon;
  } catch (cause) {
    return unsupported(
      `no addon for ${process.platform}-${process.arch} could be loaded`,
      "build it in the package's folder with `npm run build:native` (needs g++, make and python3)",
      cause,
    );
  }
}

/** The package's native/ folder, from dist/native/ or from the source itself. */
function nativeFolder(): string {
  const candidates = ["../../native/", "./"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const holdsAddon = (folder: string): boolean =>
    existsSync(`${folder}build/Release`) || existsSync(`${folder}prebuilds`);
  return candidates.find(holdsAddon) ?? (candidates[0] as string);
}

function unsupported(message: string, hint: string, cause?: unknown): RingUnsupportedError {
  return new RingUnsupportedError(message, { code: "ERR_RING_UNSUPPORTED", hint, cause });
}
