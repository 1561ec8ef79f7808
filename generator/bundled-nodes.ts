// The bundled schemas, read and validated when zc-gen was built: every run needs all of them, and YAML takes a fifth of it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { SourceFile } from "./diagnostics.js";
import { isSystemError } from "./errors.js";
import type { MapNode, Node, ScalarNode } from "./nodes.js";

/** Nodes by the hash of the text that they stand for. */
export type KeptNodes = Readonly<Record<string, KeptNode>>;

/** A node without its file: where it stands, and what it holds. */
export type KeptNode =
  | { readonly at: Place; readonly value: Exclude<ScalarNode["value"], bigint>; readonly text?: number }
  | { readonly at: Place; readonly items: readonly KeptNode[] }
  | { readonly at: Place; readonly entries: readonly (readonly [KeptNode, KeptNode])[] };

type Place = readonly [start: number, end: number];

export const KEPT_NODES: string = fileURLToPath(new URL("bundled-nodes.json.gz", import.meta.url));

let kept: KeptNodes | undefined;

/** The nodes of a sound schema that came with zc-gen, whatever it is called here; `undefined` for any other text. */
export function keptRoot(file: SourceFile): MapNode | undefined {
  const node = (kept ??= readKept())[textKey(file.text)];
  return node === undefined ? undefined : (fromKept(node, file) as MapNode);
}

export function textKey(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Nothing is kept where the sources were not built, or were built by the compiler alone. */
function readKept(): KeptNodes {
  try {
    return JSON.parse(gunzipSync(readFileSync(KEPT_NODES)).toString()) as KeptNodes;
  } catch (error) {
    if (isSystemError(error)) return {};
    throw error;
  }
}

export function fromKept(node: KeptNode, file: SourceFile): Node {
  const [start, end] = node.at;
  const span = { file, start, end };
  if ("items" in node) return { kind: "list", span, items: node.items.map((item) => fromKept(item, file)) };
  if ("value" in node) return { kind: "scalar", span, value: node.value, textAt: node.text };
  const entries = node.entries.map(([key, value]) => ({
    key: fromKept(key, file) as ScalarNode,
    value: fromKept(value, file),
  }));
  return { kind: "map", span, entries };
}

/** What {@link keptRoot} makes the node of again. @throws TypeError for an integer beyond 2^53, which JSON has not. */
export function toKept(node: Node): KeptNode {
  const at: Place = [node.span.start, node.span.end];
  if (node.kind === "list") return { at, items: node.items.map(toKept) };
  if (node.kind === "map") {
    return { at, entries: node.entries.map(({ key, value }) => [toKept(key), toKept(value)]) };
  }
  if (typeof node.value === "bigint") throw new TypeError(`${node.value} is no number that JSON keeps`);
  return { at, value: node.value, ...(node.textAt === undefined ? {} : { text: node.textAt }) };
}
