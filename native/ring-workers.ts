import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { RingStats } from "./counters.js";
import type { FanoutOptions } from "./fanout.js";
import {
  checkBoolean,
  checkChoice,
  checkFunction,
  checkInteger,
  checkNames,
  configError,
} from "./option-checks.js";
import type { RxRingOptions } from "./rx-options.js";
import { RxRing } from "./rx-ring.js";
import type { WorkerOrder, WorkerReport } from "./worker-protocol.js";

/** How a worker ended. */
export interface WorkerExit {
  readonly index: number;
  readonly code: number;
  /** What it threw, if it did. */
  readonly error: unknown;
  /** Whether another takes its place. */
  readonly restarts: boolean;
}

/** Options of {@link openWorkers}. */
export interface RingWorkersOptions {
  /** The interface, and everything else that a ring can be asked for, but for what cannot go to another thread. */
  readonly ring: Omit<RxRingOptions, "signal" | "onLink" | "fanout" | "cpu">;
  /** The module that each worker runs, see `WorkerModule`: a file URL. */
  readonly module: URL;
  /** How many. Default: as many as there are processors. */
  readonly workers?: number;
  /**
   * "fanout": a socket and ring each, the kernel shares packets out. "shared": one ring, each block goes to whoever is
   * free. Default "fanout".
   */
  readonly mode?: "fanout" | "shared";
  /** How the kernel shares out. Default: by flow, fragments put together, a group number nobody uses. */
  readonly fanout?: FanoutOptions;
  /** For the modules, cloned. */
  readonly data?: unknown;
  /** Gives each worker a processor of its own. Default false. */
  readonly pin?: boolean;
  /** How often a worker that fails is started again, in all, each time after a longer while. Default 5. */
  readonly restarts?: number;
  /** How often workers report their statistics, in milliseconds. Default 200. */
  readonly reportMs?: number;
  readonly onMessage?: (message: unknown, index: number) => void;
  readonly onExit?: (exit: WorkerExit) => void;
}

const OPTIONS = "ring module workers mode fanout data pin restarts reportMs onMessage onExit".split(" ");
const DEFAULT_FANOUT: FanoutOptions = { mode: "hash", uniqueId: true, defrag: true };
const ENTRY = new URL("./worker-entry.js", import.meta.url);
const FIRST_RESTART_MS = 100;

/** One place for a worker, and who has it. */
interface Seat {
  readonly index: number;
  worker: Worker | undefined;
  ended: Promise<void>;
  latest: RingStats | undefined;
  restarts: number;
}

/**
 * Starts worker threads that read one interface together, each running the same module. Resolves when all have opened.
 *
 * ```ts
 * // count.js: export default async function (source) { for await (const block of source) ...; }
 * const workers = await openWorkers({ ring: { interface: "eth0" }, module: new URL("./count.js", import.meta.url) });
 * ```
 *
 * @throws as `RxRing.open` for the ring; what a worker threw before it was open, such as a module that is missing.
 */
export async function openWorkers(options: RingWorkersOptions): Promise<RingWorkers> {
  checkNames(options, OPTIONS);
  if (!(options.module instanceof URL)) throw configError("module", options.module, "a file URL");
  const count = checkInteger("workers", options.workers ?? availableParallelism(), { min: 1, max: 256 });
  const workers = new RingWorkers(options, count);
  await workers.start();
  return workers;
}

/** Worker threads that read one interface together: made by {@link openWorkers}. */
export class RingWorkers implements AsyncDisposable {
  private readonly options: RingWorkersOptions;
  private readonly seats: Seat[];
  private readonly shared: RxRing | undefined;
  private readonly pin: boolean;
  private readonly maxRestarts: number;
  private readonly reportMs: number;
  private readonly past: RingStats[] = [];
  private group: number | undefined = undefined;
  private closing: Promise<void> | undefined = undefined;

  /** @internal */
  constructor(options: RingWorkersOptions, count: number) {
    const mode = checkChoice("mode", options.mode ?? "fanout", ["fanout", "shared"]);
    this.options = options;
    this.pin = checkBoolean("pin", options.pin ?? false);
    this.maxRestarts = checkInteger("restarts", options.restarts ?? 5, { min: 0, max: 1_000_000 });
    this.reportMs = checkInteger("reportMs", options.reportMs ?? 200, { min: 10, max: 60_000 });
    checkFunction("onMessage", options.onMessage);
    checkFunction("onExit", options.onExit);
    this.seats = Array.from({ length: count }, (_, index) => ({
      index,
      worker: undefined,
      ended: Promise.resolve(),
      latest: undefined,
      restarts: 0,
    }));
    this.shared = mode === "shared" ? RxRing.open(options.ring) : undefined;
    this.order = this.makeOrder();
  }

  private readonly order: (index: number) => WorkerOrder;

  /** How many workers run now. */
  get running(): number {
    return this.seats.filter(({ worker }) => worker !== undefined).length;
  }

  /** The number of the fanout group; undefined when a ring is shared. */
  get fanoutGroup(): number | undefined {
    return this.group;
  }

  /**
   * What all workers counted together, those that ended included. In shared mode the ring's own books; with fanout the
   * sum of what workers last reported: what one counted between that and a crash is missing.
   */
  stats(): RingStats {
    if (this.shared !== undefined) return this.shared.stats();
    return sum([...this.past, ...this.seats.flatMap(({ latest }) => (latest === undefined ? [] : [latest]))]);
  }

  /** What each worker last reported of itself; undefined for one that has not yet. */
  workerStats(): (RingStats | undefined)[] {
    return this.seats.map(({ latest }) => latest);
  }

  /** Ends in order: workers get the last packets, their modules return, and all threads end. Safe to call again. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal The first worker alone, since it may have to choose the group's number. */
  async start(): Promise<void> {
    try {
      const [first, ...others] = this.seats;
      if (first !== undefined) await this.seat(first);
      await Promise.all(others.map((seat) => this.seat(seat)));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private makeOrder(): (index: number) => WorkerOrder {
    const { ring, module, data, fanout } = this.options;
    const token = this.shared?.share();
    const fixed = { zcGenRingWorker: true, module: module.href, data, reportMs: this.reportMs } as const;
    return (index) => {
      if (token !== undefined) return { ...fixed, index, ring: { token } };
      const wanted = fanout ?? DEFAULT_FANOUT;
      const group: FanoutOptions =
        this.group === undefined ? wanted : { ...wanted, uniqueId: false, group: this.group };
      const cpu = this.pin ? { cpu: index % availableParallelism() } : {};
      return { ...fixed, index, ring: { options: { ...ring, ...cpu, fanout: group } } };
    };
  }

  /** Starts a worker; resolves when its source is open. */
  private seat(seat: Seat): Promise<void> {
    const worker = new Worker(fileURLToPath(ENTRY), { workerData: this.order(seat.index) });
    seat.worker = worker;
    let failure: unknown;
    worker.on("error", (error) => (failure = error));
    return new Promise((resolve, reject) => {
      let isOpen = false;
      worker.on("message", (report: WorkerReport) => {
        if (report.kind === "open") {
          this.group ??= report.group;
          isOpen = true;
          resolve();
        } else {
          this.take(seat, report);
        }
      });
      seat.ended = new Promise((ended) => {
        worker.on("exit", (code) => {
          if (isOpen) this.left(seat, code, failure);
          else seat.worker = undefined;
          reject(failure instanceof Error ? failure : new Error(early(seat, code, failure)));
          ended();
        });
      });
    });
  }

  private take(seat: Seat, report: WorkerReport): void {
    if (report.kind === "stats") seat.latest = report.stats;
    if (report.kind === "message") this.options.onMessage?.(report.message, seat.index);
  }

  /** A worker that failed is started again, after 100, 200, 400 ... ms; one that came to its end is not. */
  private left(seat: Seat, code: number, error: unknown): void {
    seat.worker = undefined;
    const failed = code !== 0 || error !== undefined;
    const restarts = failed && this.closing === undefined && seat.restarts < this.maxRestarts;
    this.options.onExit?.({ index: seat.index, code, error, restarts });
    if (!restarts) return;
    if (seat.latest !== undefined) this.past.push({ ...seat.latest, pending: 0 });
    seat.latest = undefined;
    const delay = Math.min(FIRST_RESTART_MS * 2 ** seat.restarts++, 10_000);
    setTimeout(() => this.restart(seat), delay);
  }

  private restart(seat: Seat): void {
    if (this.closing !== undefined) return;
    this.seat(seat).catch((error: unknown) => {
      if (this.closing === undefined) this.left(seat, 1, error);
    });
  }

  private async closeAll(): Promise<void> {
    const closed = this.shared?.close();
    if (closed === undefined) for (const { worker } of this.seats) worker?.postMessage("close");
    await closed;
    await Promise.all(this.seats.map(({ ended }) => ended));
  }
}

function early({ index }: Seat, code: number, failure: unknown): string {
  return `worker ${index} ended with ${code} before it was open: ${String(failure)}`;
}

function sum(all: readonly RingStats[]): RingStats {
  const total = (pick: (stats: RingStats) => number): number =>
    all.reduce((sum, stats) => sum + pick(stats), 0);
  return {
    received: total((stats) => stats.received),
    delivered: total((stats) => stats.delivered),
    dropped: total((stats) => stats.dropped),
    pending: total((stats) => stats.pending),
    // The card's drops are the interface's: every worker counts the same.
    nicDropped: all.reduce((most, stats) => Math.max(most, stats.nicDropped), 0),
    freezes: total((stats) => stats.freezes),
    blocks: total((stats) => stats.blocks),
    wakeups: total((stats) => stats.wakeups),
  };
}
