import type { Span } from "./error.js";
import type { Relation } from "./tcpdump-bits.js";

/** An expression of tcpdump's as it was written: what tcpdump.peggy makes of it. */
export type TcpdumpSyntax =
  | Joined
  | { readonly kind: "not" | "group"; readonly of: TcpdumpSyntax }
  | { readonly kind: "vlan"; readonly id: string | null }
  | { readonly kind: "length"; readonly relation: "<=" | ">="; readonly bytes: string }
  | { readonly kind: "numbered"; readonly protocol: Word; readonly value: Word }
  | Compared
  | Related
  | { readonly kind: "protocol"; readonly protocol: Word }
  | { readonly kind: "alone"; readonly id: Word };

/** Terms one behind the other. */
export interface Joined {
  readonly kind: "joined";
  readonly first: TcpdumpSyntax;
  readonly rest: readonly { readonly join: "&&" | "||"; readonly term: TcpdumpSyntax }[];
}

/** `tcp[13] & 2 != 0`. */
export interface Related {
  readonly kind: "related";
  readonly left: Arithmetic;
  readonly relation: Relation;
  readonly right: Arithmetic;
}

/** Numbers, by their digits or tcpdump's names; bytes of a header, one where no size stands; the packet's length. */
export type Arithmetic = Span &
  (
    | { readonly kind: "number"; readonly text: string }
    | { readonly kind: "length" }
    | {
        readonly kind: "bytes";
        readonly protocol: string;
        readonly offset: Arithmetic;
        readonly size: string | null;
      }
    | Calculated
  );

/** One operator behind the other, all of one precedence. */
export interface Calculated {
  readonly kind: "calculated";
  readonly first: Arithmetic;
  readonly rest: readonly { readonly operator: string; readonly right: Arithmetic }[];
}

/** `tcp src port 80`; null for what is not there. */
export interface Compared extends Kind {
  readonly kind: "compared";
  readonly protocol: Word | null;
  readonly id: Word;
}

/** What stands between a protocol and an id. */
export interface Kind {
  readonly direction: "src" | "dst" | "src or dst" | "src and dst";
  readonly type: "host" | "net" | "port" | "portrange";
}

export interface Word extends Span {
  readonly text: string;
}

/** What the parser asks of its caller. */
export interface TcpdumpLimits {
  readonly maxDepth: number;
  /** Throws: there are more levels than that. */
  readonly tooDeep: (at: number) => never;
  /** Names of numbers. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** What the parser throws for what is no expression: what it looked for where it found nothing that it knows. */
export interface TcpdumpSyntaxError extends Error {
  readonly expected: readonly { readonly type: string; readonly description?: string }[];
  readonly location: { readonly start: { readonly offset: number } };
}
