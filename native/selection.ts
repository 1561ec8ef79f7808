/** A walk over packets that is its own iterator result. */
export interface PacketWalkLike<P> {
  readonly value: P;
  readonly done: boolean;
  next(): unknown;
  return(): unknown;
}

/** Those packets of a walk that pass a test, through the walk's one reused object. */
export class Selection<P> implements IterableIterator<P, P> {
  private readonly walk: PacketWalkLike<P>;
  private readonly test: (packet: P) => boolean;

  constructor(walk: PacketWalkLike<P>, test: (packet: P) => boolean) {
    this.walk = walk;
    this.test = test;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<P, P> {
    const { walk, test } = this;
    do walk.next();
    while (!walk.done && !test(walk.value));
    return walk;
  }

  /** Called when a loop is left early. */
  return(): IteratorResult<P, P> {
    this.walk.return();
    return this.walk;
  }
}
