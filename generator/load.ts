import type { Document, Node as YamlNode, Scalar } from "yaml";
import { type Diagnostics, type Note, positionOf, type SourceFile, type Span } from "./diagnostics.js";
import { limitPassed, MAX_FILE_BYTES, MAX_NESTING, MAX_TOKENS } from "./limits.js";
import { type Entry, keyText, type MapNode, type Node, type ScalarNode } from "./nodes.js";
import { yaml } from "./on-demand.js";

/** A schema file that is well-formed YAML with a map at its top. */
export interface LoadedSchema {
  readonly file: SourceFile;
  readonly root: MapNode;
}

/** First pass: text to nodes with positions. Refuses what YAML allows and a schema has no use for. */
export function load(file: SourceFile, diagnostics: Diagnostics): LoadedSchema | undefined {
  if (!withinLimits(file, diagnostics)) return undefined;
  const document = parse(file.text);
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    // Told below, where the value is looked at.
    if (code === "TAG_RESOLVE_FAILED") continue;
    const span = { file, start: pos[0], end: Math.max(pos[0], pos[1]) };
    const problem = `${message} (${code.toLowerCase().replaceAll("_", " ")})`;
    diagnostics.error("yaml-syntax", span, problem, quotesHint(file.text, pos[0]));
  }
  if (document.errors.length > 0) return undefined;
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.2") {
    diagnostics.error("yaml-version", wholeFile(file), "schemas are YAML 1.2; leave the directive out");
    return undefined;
  }
  const root = new Converter(file, diagnostics).convert(document.contents);
  if (root?.kind === "map") return { file, root };
  diagnostics.error("not-a-map", wholeFile(file), "a schema is a map that begins with `zc: 1` and a `name:`");
  return undefined;
}

/** YAML takes the `?` of an expression for the sign of a key, and its `: ` for the end of one. */
function quotesHint(text: string, at: number): Note[] {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const [line = ""] = text.slice(start, start + 500).split("\n");
  return / \? .* : /.test(line)
    ? [{ message: "an expression with `? :` stands in quotes: `bytes: 'wide ? 4 : 2'`" }]
    : [];
}

function withinLimits(file: SourceFile, diagnostics: Diagnostics): boolean {
  const bytes = Buffer.byteLength(file.text);
  if (bytes > MAX_FILE_BYTES) {
    const message = `the file has ${bytes} bytes; a schema may have ${MAX_FILE_BYTES}. Split it: one header a file`;
    diagnostics.error("file-bytes", wholeFile(file), message);
    return false;
  }
  const passed = limitPassed(file.text);
  if (passed === undefined) return true;
  const span = { file, start: passed.offset, end: passed.offset + 1 };
  if (passed.limit === "nesting") {
    diagnostics.error("file-nesting", span, `nested deeper than ${MAX_NESTING} levels`);
  } else diagnostics.error("file-words", span, `more than ${MAX_TOKENS} words and signs; split the file`);
  return false;
}

function wholeFile(file: SourceFile): Span {
  return { file, start: 0, end: 0 };
}

/** Without excerpts and stack traces: for a file that is one long error both would take minutes. */
function parse(text: string): Document.Parsed {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return yaml().parseDocument(text, {
      version: "1.2",
      uniqueKeys: false,
      intAsBigInt: true,
      prettyErrors: false,
    });
  } finally {
    Error.stackTraceLimit = limit;
  }
}

class Converter {
  private readonly file: SourceFile;
  private readonly diagnostics: Diagnostics;

  constructor(file: SourceFile, diagnostics: Diagnostics) {
    this.file = file;
    this.diagnostics = diagnostics;
  }

  convert(node: YamlNode | null | undefined): Node | undefined {
    if (node === null || node === undefined) return undefined;
    const span = this.spanOf(node);
    this.refuseExtras(node, span);
    const { isScalar, isMap, isSeq } = yaml();
    if (isScalar(node)) return this.scalar(node, span);
    if (isMap<YamlNode, YamlNode | null>(node)) {
      return { kind: "map", span, entries: this.entries(node.items) };
    }
    if (isSeq<YamlNode>(node)) {
      const items = node.items.map((item) => this.convert(item)).filter((item) => item !== undefined);
      return { kind: "list", span, items };
    }
    return undefined;
  }

  private refuseExtras(node: YamlNode, span: Span): void {
    if (yaml().isAlias(node) || node.anchor !== undefined) {
      this.diagnostics.error(
        "alias",
        span,
        "anchors and aliases are not part of the schema language; write it out",
      );
    } else if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:")) {
      this.diagnostics.error(
        "tag",
        span,
        `the tag ${JSON.stringify(node.tag)} is not part of the schema language`,
      );
    }
  }

  private entries(pairs: readonly { key: YamlNode; value: YamlNode | null }[]): Entry[] {
    const entries: Entry[] = [];
    const seen = new Map<string, Span>();
    for (const pair of pairs) {
      const key = this.convert(pair.key);
      if (key?.kind !== "scalar") {
        if (key !== undefined) this.diagnostics.error("key-not-a-word", key.span, "a key is a plain word");
        continue;
      }
      const value = this.convert(pair.value) ?? nothing(key.span);
      this.keep({ key, value }, entries, seen);
    }
    return entries;
  }

  private keep(entry: Entry, entries: Entry[], seen: Map<string, Span>): void {
    const text = keyText(entry);
    const earlier = seen.get(text);
    if (earlier === undefined) {
      seen.set(text, entry.key.span);
      entries.push(entry);
      return;
    }
    this.diagnostics.error(
      "duplicate-key",
      entry.key.span,
      `the key ${JSON.stringify(text)} stands here twice`,
      [{ message: "the first is here", span: earlier }],
    );
  }

  private scalar(node: Scalar, span: Span): ScalarNode {
    const value = narrow(node.value);
    const text = this.file.text.slice(span.start, span.end);
    // Plain, or in quotes without anything escaped.
    const textAt = [0, 1].find((quote) => text.slice(quote, text.length - quote) === String(value));
    return { kind: "scalar", span, value, textAt };
  }

  private spanOf(node: YamlNode): Span {
    const [start, end] = node.range ?? [0, 0];
    return { file: this.file, start, end };
  }
}

function nothing(span: Span): ScalarNode {
  return { kind: "scalar", span: { ...span, start: span.end }, value: null, textAt: undefined };
}

/** Integers come as BigInt so that none loses digits; those a number holds become one. */
function narrow(value: unknown): ScalarNode["value"] {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** `file:line:column` of a span's start, for messages that name another place. */
export function placeOf(span: Span): string {
  const { line, column } = positionOf(span.file, span.start);
  return `${span.file.path}:${line}:${column}`;
}
