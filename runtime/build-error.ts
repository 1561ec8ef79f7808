/** Why a packet cannot be built. Callers match on `code`. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  /**
   * `ERR_ZC_BUILD_ROOM`: the target is too short, see `needed` and `had`. `ERR_ZC_BUILD_ORDER`: a layer cannot follow
   * the one before it. `ERR_ZC_BUILD_FIELD`: a layer has no such field.
   */
  readonly code: "ERR_ZC_BUILD_ROOM" | "ERR_ZC_BUILD_ORDER" | "ERR_ZC_BUILD_FIELD";
  /** The schema's name of the layer, or of the last layer. */
  readonly layout: string | undefined;
  /** The way to it from the layer's fields, where it lies inside others: `answers[0].rdata`. */
  path: string | undefined = undefined;
  /** Bytes the packet takes. */
  readonly needed: number | undefined;
  /** Bytes the target has. */
  readonly had: number | undefined;

  constructor(
    code: BuildError["code"],
    message: string,
    { layout, needed, had }: { layout?: string | undefined; needed?: number; had?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.layout = layout;
    this.needed = needed;
    this.had = had;
  }
}
