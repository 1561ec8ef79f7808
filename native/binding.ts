import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { RingUnsupportedError } from "./errors.js";

/** A ring of blocks in the addon: native/src/ring_handle.h. */
export interface RingHandle {
  readonly buffer: ArrayBuffer;
  acquire(index: number): number;
  release(index: number): void;
  publish(index: number, status: number): void;
  wait(onWake: () => void): void;
  cancelWait(): void;
  poke(): void;
  wakeups(): number;
  readStatistics(target: Uint8Array): number;
  attachFilter(words: Uint32Array): void;
  takeError(): number;
  boundInterface(): number;
  isLinkUp(): boolean;
  close(): void;
}

/** A socket that sends frames: native/src/sender_handle.h. */
export interface SenderHandle {
  send(frames: readonly Uint8Array[], repeat: number): number;
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
    new (
      interfaceIndex: number,
      request: Uint8Array,
      filterWords: Uint32Array,
      promiscuous: boolean,
      ignoreOutgoing: boolean,
    ): RingHandle;
    new (blockBytes: number, blocks: number): RingHandle;
  };
  readonly FileWindow: new (fd: number, windowBytes: number) => FileWindowHandle;
  readonly SenderHandle: new (interfaceIndex: number, bypass: boolean) => SenderHandle;
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
