import { extname, resolve } from "node:path";
import type { Stats } from "node:fs";
import { type FSWatcher, watch as chokidarWatch } from "chokidar";

/** Editors save in several steps, and git changes many files at once: a run waits until it is quiet this long. */
const QUIET_MS = 80;

export interface WatchOptions {
  /** Schema files and folders, relative to `cwd`. */
  readonly inputs: readonly string[];
  readonly cwd: string;
  /** Aborting ends the watch. */
  readonly signal: AbortSignal;
  /**
   * Called once at the start and again after each change, never twice at a time. It must not reject. What it has read
   * besides the inputs, as absolute paths, is watched from then on, too.
   */
  readonly run: (alsoWatch: (paths: readonly string[]) => void) => Promise<void>;
  /** Called when the operating system cannot watch, for example because its limit is reached. */
  readonly onError: (error: unknown) => void;
}

/** Runs again whenever a schema is added, changed or removed. Resolves once the signal came and the last run ended. */
export async function watch(options: WatchOptions): Promise<void> {
  const watcher = startWatcher(options);
  const loop = new RunLoop(() => options.run((paths) => void watcher.add([...paths])));
  watcher.on("all", () => loop.request());
  await ready(watcher, options.signal);
  if (!options.signal.aborted) loop.start();
  await aborted(options.signal);
  await watcher.close();
  await loop.stop();
}

function startWatcher({ inputs, cwd, onError }: WatchOptions): FSWatcher {
  const paths = inputs.map((input) => resolve(cwd, input));
  const ignored = (path: string, stats?: Stats): boolean => !paths.includes(path) && isIgnored(path, stats);
  const watcher = chokidarWatch(paths, { ignored, ignoreInitial: true });
  return watcher.on("error", onError);
}

function isIgnored(path: string, stats: Stats | undefined): boolean {
  if (/[\\/](node_modules|\.git)$/.test(path)) return true;
  return stats?.isFile() === true && ![".yaml", ".yml"].includes(extname(path));
}

/** One run at a time; requests that come meanwhile, or shortly after each other, make one more. */
class RunLoop {
  private readonly run: () => Promise<void>;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(run: () => Promise<void>) {
    this.run = run;
  }

  request(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.start(), QUIET_MS);
  }

  start(): void {
    if (this.stopped) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.running = this.run().finally(() => this.ended());
  }

  private ended(): void {
    this.running = undefined;
    if (!this.again) return;
    this.again = false;
    this.start();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }
}

async function ready(watcher: FSWatcher, signal: AbortSignal): Promise<void> {
  const started = new Promise<void>((done) => watcher.once("ready", () => done()));
  await Promise.race([started, aborted(signal)]);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
