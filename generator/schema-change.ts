import type { Span } from "./diagnostics.js";

/**
 * What a change breaks: `wire`, that two programs still understand each other's packets; `api`, that a program still
 * compiles against the generated code and means the same; `compatible`, nothing.
 */
export type ChangeLevel = "wire" | "api" | "compatible";

export interface SchemaChange {
  readonly level: ChangeLevel;
  /** `udp`, `udp.length`: the schema, or what in it. */
  readonly subject: string;
  readonly message: string;
  /** Where it stands in the new schemas; in the old ones when it is gone. */
  readonly span: Span;
}

/** Gathers changes of one subject. */
export type TellChange = (level: ChangeLevel, span: Span, name: string, message: string) => void;
