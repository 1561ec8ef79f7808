// Accessors of structures that depend on the one around them.

/** Tells an accessor which one it lies in. For generated code. */
export function placed<P extends { enclosing: unknown }>(inner: P, enclosing: P["enclosing"]): P {
  inner.enclosing = enclosing;
  return inner;
}

/** What an accessor lies in that nobody placed: to read from there throws a `RangeError`. For generated code. */
export function unplaced<T>(): T {
  return NOWHERE as T;
}

const NOWHERE: unknown = new Proxy(
  {},
  {
    get(): never {
      throw new RangeError(
        "this accessor depends on fields of the structure that it lies in: take it from an accessor of that structure",
      );
    },
  },
);
