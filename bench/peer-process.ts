import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { BuiltPeer } from "./peers.js";
import type { RingFile } from "./ring-file.js";

/** The answer to `check`: what a peer found in the whole ring. */
export interface Found {
  readonly packets: number;
  /** Of eleven fields of every packet, modulo 2^32. */
  readonly sum: number;
}

/** The answer to `serve`. */
export interface Served extends Found {
  /** User and system time of the whole process, in nanoseconds. */
  readonly cpuNs: number;
  /** From a block being ready to its last field being read, for each block, in nanoseconds. */
  readonly latenciesNs: readonly number[];
}

/** A peer does not answer in this time: it hangs. */
const PATIENCE_MS = 120_000;

/** A peer at work. `bench/peers/README.md` has the words that are spoken. */
export class PeerProcess implements Disposable {
  readonly peer: BuiltPeer;
  private readonly child: ChildProcess;
  private readonly answers: Interface;

  constructor(peer: BuiltPeer, ring: RingFile, cpu: number | undefined) {
    this.peer = peer;
    const pin = cpu === undefined ? [] : ["taskset", "-c", `${cpu}`];
    const [command = "", ...args] = [...pin, ...peer.command];
    const shape = [ring.path, `${ring.blockBytes}`, `${ring.blocks}`];
    this.child = spawn(command, [...args, ...shape], { stdio: ["pipe", "pipe", "inherit"] });
    this.answers = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
  }

  /** Reads the whole ring once. */
  async check(): Promise<Found> {
    const [packets = NaN, sum = NaN] = await this.ask("check");
    return { packets, sum };
  }

  /** Reads so many blocks, going on where the last run ended. */
  async run(blocks: number): Promise<{ ns: number; packets: number }> {
    const [ns = NaN, packets = NaN] = await this.ask(`run ${blocks}`);
    return { ns, packets };
  }

  /** Reads so many blocks, each when the pipe tells that it is ready; `feed` writes to the pipe meanwhile. */
  async serve(blocks: number, pipe: string, feed: () => Promise<void>): Promise<Served> {
    const answer = this.ask(`serve ${blocks} ${pipe}`);
    await feed();
    const [cpuNs = NaN, packets = NaN, sum = NaN, ...latenciesNs] = await answer;
    return { cpuNs, packets, sum, latenciesNs };
  }

  [Symbol.dispose](): void {
    this.child.stdin?.end();
    this.answers.close();
    this.child.kill();
  }

  private ask(question: string): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`${this.peer.id} ended, or did not answer "${question}"`));
      const timer = setTimeout(fail, PATIENCE_MS);
      this.child.once("exit", fail);
      this.answers.once("line", (line) => {
        clearTimeout(timer);
        this.child.off("exit", fail);
        resolve(line.split(" ").map(Number));
      });
      this.child.stdin?.write(`${question}\n`);
    });
  }
}
