import type { Block } from "./block.js";

/** What an iteration needs of its ring, or of its capture file. */
export interface BlockSource<B = Block> {
  nextBlock(): Promise<B | null>;
  iterationBegins(): void;
  iterationEnds(): void;
}

/** One `for await` over a ring: gives the block before back when the next is asked for, or the loop is left. */
export class BlockIterator<B extends { release(): void } = Block> implements AsyncIterableIterator<B> {
  private readonly source: BlockSource<B>;
  private current: B | null = null;
  private state: "new" | "running" | "done" = "new";

  constructor(source: BlockSource<B>) {
    this.source = source;
  }

  async next(): Promise<IteratorResult<B>> {
    this.current?.release();
    this.current = null;
    if (this.state === "done") return { done: true, value: undefined };
    this.begin();
    try {
      this.current = await this.source.nextBlock();
    } catch (error) {
      this.end();
      throw error;
    }
    if (this.current !== null) return { done: false, value: this.current };
    this.end();
    return { done: true, value: undefined };
  }

  /** The loop was left early: the ring stays open. */
  async return(): Promise<IteratorResult<B>> {
    this.current?.release();
    this.current = null;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private begin(): void {
    if (this.state !== "new") return;
    this.state = "running";
    this.source.iterationBegins();
  }

  private end(): void {
    if (this.state === "running") this.source.iterationEnds();
    this.state = "done";
  }
}
