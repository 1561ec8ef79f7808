import type { RingStats } from "./counters.js";
import type { InterfaceRing } from "./socket-ring.js";
import type { SharedRingToken } from "./ring-sharing.js";
import type { RxRingOptions } from "./rx-options.js";
import type { SharedReader } from "./shared-reader.js";

/** What a worker reads. */
export type WorkerSource = InterfaceRing | SharedReader;

/** What a worker's module knows beside its source. */
export interface WorkerContext {
  /** The worker's number, from 0; a restarted one has the same. */
  readonly index: number;
  /** What was handed to `openWorkers` as `data`, cloned. */
  readonly data: unknown;
  /** Sends something to `onMessage` of the thread that opened the workers. */
  post(message: unknown): void;
}

/** A module that workers run: its default export reads the source to its end. */
export interface WorkerModule {
  readonly default: (source: WorkerSource, context: WorkerContext) => Promise<void> | void;
}

/** @internal What a worker starts with. */
export interface WorkerOrder {
  readonly zcGenRingWorker: true;
  readonly index: number;
  readonly module: string;
  readonly data: unknown;
  /** A ring of the worker's own, or a part in a shared one. */
  readonly ring: { readonly options: RxRingOptions } | { readonly token: SharedRingToken };
  readonly reportMs: number;
}

/** @internal What workers say. */
export type WorkerReport =
  | { readonly kind: "open"; readonly group: number | undefined }
  | { readonly kind: "stats"; readonly stats: RingStats }
  | { readonly kind: "message"; readonly message: unknown };
