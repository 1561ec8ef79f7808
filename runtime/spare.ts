/**
 * Cursors that nobody walks with now, by the view they are on and their class. A cursor over DNS records has fifty
 * accessors of its own: made anew for each array, they took two thirds of the time of `zc-gen decode --json`.
 */
const spares = new WeakMap<DataView, Map<object, object[]>>();

/** Lets `use` have a cursor that nobody else has meanwhile: one that is spare, or a new one. It is not to be kept. */
export function lent<C extends object, R>(
  view: DataView,
  key: object,
  make: () => C,
  use: (cursor: C) => R,
): R {
  let byClass = spares.get(view);
  if (byClass === undefined) spares.set(view, (byClass = new Map<object, object[]>()));
  let idle = byClass.get(key) as C[] | undefined;
  if (idle === undefined) byClass.set(key, (idle = []));
  const cursor = idle.pop() ?? make();
  try {
    return use(cursor);
  } finally {
    idle.push(cursor);
  }
}
