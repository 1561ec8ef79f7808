import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { LivePeer } from "./live-peers.js";
import { BEGIN, END, type PacedSender } from "./paced-sender.js";
import { commandOf } from "./peers.js";

/** What a peer saw between two marks. */
export interface LiveRun {
  /** User and system time of the peer's process, in nanoseconds. */
  readonly cpuNs: number;
  readonly packets: number;
  readonly sum: number;
  /** From a frame's sending to its fields being read, of some frames. */
  readonly latenciesNs: readonly number[];
}

const PATIENCE_MS = 3000;
const SETTLE_MS = 60;

/** A peer that receives from vb. `bench/peers/README.md` says what is spoken. */
export class LiveProcess implements Disposable {
  readonly peer: LivePeer;
  private readonly child: ChildProcess;
  private readonly answers: Interface;

  private constructor(peer: LivePeer, cpu: number | undefined) {
    this.peer = peer;
    const pin = cpu === undefined ? [] : ["taskset", "-c", `${cpu}`];
    const [command = "", ...args] = [...pin, ...commandOf(peer), "vb"];
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.answers = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
  }

  /** Starts a peer; resolves when it listens. */
  static async start(peer: LivePeer, cpu: number | undefined): Promise<LiveProcess> {
    const started = new LiveProcess(peer, cpu);
    if ((await started.nextLine()) !== "ready") throw new Error(`${peer.id} is not ready`);
    return started;
  }

  /** Sends frames between two marks, and asks what came. */
  async run(sender: PacedSender, count: number, rate: number): Promise<LiveRun & { readonly ms: number }> {
    sender.mark(BEGIN);
    await sleep(SETTLE_MS);
    const ms = sender.send(count, rate);
    await sleep(SETTLE_MS); // what is read late must not be taken for what is lost
    const answer = this.nextLine();
    let isAnswered = false;
    void answer.finally(() => (isAnswered = true)).catch(() => undefined);
    while (!isAnswered) {
      sender.mark(END); // again, where all were lost
      await sleep(SETTLE_MS);
    }
    const [cpuNs = NaN, packets = NaN, sum = NaN, ...latenciesNs] = (await answer).split(" ").map(Number);
    return { cpuNs, packets, sum, latenciesNs, ms };
  }

  [Symbol.dispose](): void {
    this.answers.close();
    this.child.kill("SIGKILL");
  }

  private nextLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`${this.peer.id} ended, or did not answer`));
      const timer = setTimeout(fail, PATIENCE_MS);
      this.child.once("exit", fail);
      this.answers.once("line", (line) => {
        clearTimeout(timer);
        this.child.off("exit", fail);
        resolve(line);
      });
    });
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
