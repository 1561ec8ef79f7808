import { readFileSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { DiagnosticName } from "./diagnostic-table.js";
import { type Diagnostics, didYouMean, type Note, type Span } from "./diagnostics.js";
import type { LoadedSchema } from "./load.js";
import { type Entry, keyText, type Node, toPlain } from "./nodes.js";
import { ajv } from "./on-demand.js";
import { join } from "node:path";
import { packageRoot } from "./package-root.js";

/**
 * Words of the language that this version does not speak yet. They are refused as such: a key that is silently
 * ignored would be a layout that is silently wrong.
 */
const NOT_YET: ReadonlySet<string> = new Set(
  (
    "when list switch text chain until pad size end tag element stop value align " +
    "each length counts absent plus first cases else first_type min max encoding"
  ).split(" "),
);

/** The nearest thing that this version has. */
const INSTEAD: Readonly<Record<string, string>> = {
  chain: "an array that one of its elements ends: `{ array: extension, stop: next_type == 0 }`",
  each: "an element of one field with its length before it: `framed: { fields: { message: { struct: message, bytes: u16 } } }`",
};

/** Second pass: the structure, against the JSON Schema that editors complete from. */
export function validate(schema: LoadedSchema, diagnostics: Diagnostics): boolean {
  const check = validator();
  if (check(toPlain(schema.root))) return true;
  const errors = withoutConsequences(check.errors ?? []);
  for (const error of errors.slice(0, MAX_REPORTS)) report(error, schema.root, diagnostics);
  return false;
}

/** More are not shown, see {@link Diagnostics}; each costs a walk through the file. */
const MAX_REPORTS = 200;

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  compiled ??= new (ajv().Ajv)({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    // A quarter less time to compile; a test looks whether schema.json is one.
    validateSchema: false,
    code: { optimize: false },
  }).compile(JSON.parse(readFileSync(join(packageRoot(), "schema.json"), "utf8")) as object);
  return compiled;
}

/** A value that broke several rules is told once, by the first of them. */
function withoutConsequences(errors: readonly ErrorObject[]): ErrorObject[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const extra = error.keyword === "additionalProperties" ? String(error.params["additionalProperty"]) : "";
    const key = `${error.instancePath}\0${extra}`;
    return !seen.has(key) && seen.add(key);
  });
}

function report(error: ErrorObject, root: Node, diagnostics: Diagnostics): void {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const { node, entry } = walk(root, path);
  if (error.keyword === "additionalProperties") {
    reportKey(error, node, path, diagnostics);
    return;
  }
  const what = entry === undefined ? "the schema" : `\`${keyText(entry)}\``;
  diagnostics.error(
    structureName(error),
    spanFor(error, node),
    `${what} ${complaint(error, node)}`,
    hints(error, node),
  );
}

function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function walk(root: Node, path: readonly string[]): { node: Node; entry: Entry | undefined } {
  let node = root;
  let entry: Entry | undefined;
  for (const part of path) {
    if (node.kind === "map") {
      entry = node.entries.find((candidate) => keyText(candidate) === part);
      if (entry !== undefined) node = entry.value;
    } else if (node.kind === "list") node = node.items[Number(part)] ?? node;
  }
  return { node, entry };
}

/** A missing key is shown where the map begins; a map may be a screen high. */
function spanFor(error: ErrorObject, node: Node): Span {
  if (error.keyword !== "required" || node.kind !== "map") return node.span;
  return node.entries[0]?.key.span ?? node.span;
}

function reportKey(error: ErrorObject, node: Node, path: readonly string[], diagnostics: Diagnostics): void {
  const key = String(error.params["additionalProperty"]);
  const span =
    (node.kind === "map" ? node.entries.find((entry) => keyText(entry) === key)?.key.span : undefined) ??
    node.span;
  const shown = JSON.stringify(key.slice(0, 80));
  const patterns = Object.keys((error.parentSchema?.["patternProperties"] as object | undefined) ?? {});
  const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
  if (patterns.length > 0 && known.length === 0) {
    diagnostics.error(keyName(path), span, `${shown} cannot stand here: ${expectedKey(path)}`);
  } else if (NOT_YET.has(key)) {
    const message = `${shown} is not in this version of the schema language`;
    const instead = INSTEAD[key];
    diagnostics.error("key-not-yet", span, message, instead === undefined ? [] : [{ message: instead }]);
  } else {
    diagnostics.error("unknown-key", span, `unknown key ${shown}`, orList(didYouMean(key, known), known));
  }
}

function orList(notes: Note[], known: readonly string[]): Note[] {
  return notes.length > 0 ? notes : [{ message: `known here: ${known.join(", ")}` }];
}

function keyName(path: readonly string[]): DiagnosticName {
  const last = path.at(-1);
  return last === "attach" ? "attach-key-form" : last === "values" ? "value-key-form" : "name-key-form";
}

function expectedKey(path: readonly string[]): string {
  switch (path.at(-1)) {
    case "attach":
      return "write `parent.field`, as in `udp.port`, or `link_type`";
    case "values":
      return "an enum's values are whole numbers, or rows of them such as `224..239`";
    default:
      return "a name is snake_case: a small letter, then at most 63 small letters, digits and _";
  }
}

/** The diagnostic for a rule of the JSON Schema that a value breaks. */
function structureName(error: ErrorObject): DiagnosticName {
  switch (error.keyword) {
    case "required":
      return "missing-key";
    case "enum":
      return "word-not-known";
    case "const":
      return "language-version";
    case "pattern":
      return formOf(error).name;
    case "minLength":
    case "minProperties":
    case "minItems":
      return "too-few";
    case "maxLength":
    case "maxProperties":
    case "maxItems":
      return "too-many-entries";
    case "minimum":
    case "maximum":
      return "number-outside";
    default:
      return "wrong-kind";
  }
}

function complaint(error: ErrorObject, node: Node): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "required":
      return `lacks the key \`${String(params["missingProperty"])}\``;
    case "type":
      return `must be ${typeWords(params["type"])}, not ${found(node)}`;
    case "enum":
      return `must be ${list((params["allowedValues"] as unknown[]).map(String))}, not ${found(node)}`;
    case "const":
      return `must be ${String(params["allowedValue"])}, not ${found(node)}`;
    case "pattern":
      return `cannot be ${found(node)}: ${formOf(error).words}`;
    case "minimum":
    case "maximum":
      return `must be at ${error.keyword === "minimum" ? "least" : "most"} ${String(params["limit"])}, not ${found(node)}`;
    case "minLength":
    case "minItems":
    case "minProperties":
      return `needs at least ${amount(error)}`;
    case "maxLength":
    case "maxItems":
    case "maxProperties":
      return `may have ${amount(error)} at most`;
    default:
      return `${error.message ?? "is wrong"} (found ${found(node)})`;
  }
}

/** `1 entry`, `2 characters`. */
function amount({ keyword, params }: ErrorObject): string {
  const limit = Number((params as Record<string, unknown>)["limit"]);
  const [one, many] = keyword.endsWith("Length") ? ["character", "characters"] : ["entry", "entries"];
  return `${limit} ${limit === 1 ? one : many}`;
}

function hints(error: ErrorObject, node: Node): Note[] {
  if (error.keyword !== "enum" || node.kind !== "scalar") return [];
  return didYouMean(String(node.value), ((error.params["allowedValues"] as unknown[]) ?? []).map(String));
}

function typeWords(types: unknown): string {
  const words: Record<string, string> = {
    string: "text",
    object: "a map",
    array: "a list",
    integer: "a whole number",
    boolean: "true or false",
  };
  return list([types].flat().map((type) => words[String(type)] ?? String(type)));
}

function found(node: Node): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return "a list";
  return node.value === null ? "nothing" : JSON.stringify(String(node.value).slice(0, 80));
}

interface Form {
  /** How its regular expression begins. */
  readonly begins: string;
  readonly name: DiagnosticName;
  readonly words: string;
}

/** The forms that a text may be asked to have. */
const FORMS: readonly Form[] = [
  {
    begins: "^[a-z][a-z0-9_]",
    name: "name-form",
    words: "a name is snake_case, as in `tp_next_offset`",
  },
  { begins: "^[a-z0-9]", name: "label-form", words: "a label is snake_case" },
  {
    begins: "^(big",
    name: "endian-form",
    words: "write `big`, `little` or `host`, or a map `{ by: FIELD, is: NUMBER }`",
  },
  { begins: "^[1-9]", name: "unit-form", words: "a unit is a number and a word, as in `8 bytes`" },
  { begins: "^u(", name: "word-not-known", words: "write how many bits, `u1` to `u32`" },
  {
    begins: "^(end",
    name: "word-not-known",
    words:
      'write `end` or `header_end`; or what stands after a text, a byte\'s number or up to 8 signs: `"\\r\\n"`',
  },
  {
    begins: "^(?!",
    name: "c-header-form",
    words: "write it as in #include, without brackets: linux/if_packet.h",
  },
];
const C_NAME: Form = { begins: "", name: "c-name-form", words: "a C name has letters, digits and _ only" };

function formOf({ params }: ErrorObject): Form {
  const pattern = String((params as Record<string, unknown>)["pattern"]);
  return FORMS.find(({ begins }) => pattern.startsWith(begins)) ?? C_NAME;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
