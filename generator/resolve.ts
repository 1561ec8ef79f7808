import { inlineTypes, namedCases } from "./cases.js";
import { compare, type Diagnostics, didYouMean, type Span } from "./diagnostics.js";
import { type Enums, resolveEnum } from "./enums.js";
import { withNamedElements } from "./in-place.js";
import type { EnumModel, SchemaRef } from "./layout.js";
import { MAX_FIELDS, MAX_LABELS } from "./limits.js";
import { type LoadedSchema, placeOf } from "./load.js";
import { className, enumFactsName, fileStem } from "./names.js";
import { hasOrders, inBothOrders, type Order } from "./orders.js";
import { entryOf, keyText, type MapNode, type ScalarNode, textOf, valueOf } from "./nodes.js";

/** A structure as its file states it: a header, or one of its `types`. */
export interface StructDefinition {
  readonly name: string;
  readonly className: string;
  readonly schema: SchemaRef;
  /** The whole file, for what holds for all of it: byte order, bit order, `layout`. */
  readonly root: MapNode;
  /** What is said of this structure: the file itself, or an entry of `types`. */
  readonly node: MapNode;
  readonly isHeader: boolean;
  readonly span: Span;
  /** Set where the file's bytes tell their order: the definition is one of a pair. */
  readonly order?: Order;
  /** Set where a switch leads here: what the case is called. */
  readonly caseName?: string;
  /** The case that describes the structure in place. */
  readonly inline?: MapNode;
}

/** A schema with every name it defines. */
export interface ResolvedSchema {
  readonly ref: SchemaRef;
  readonly root: MapNode;
  readonly header?: StructDefinition;
  readonly types: readonly StructDefinition[];
  readonly enums: readonly EnumModel[];
}

/** A file as the passes before left it: its nodes, or the name of one that was refused. */
export interface ReadSchema {
  readonly origin: SchemaRef["origin"];
  readonly loaded?: LoadedSchema;
  readonly brokenName?: string | undefined;
}

/** All schemas, and the definitions that any of them can name. */
export class Definitions {
  readonly schemas: readonly ResolvedSchema[];
  /** Names of files that were refused: a reference to one is not a second error. */
  private readonly broken: ReadonlySet<string>;
  private readonly byName: ReadonlyMap<string, ResolvedSchema>;
  private readonly headers: readonly StructDefinition[];
  private readonly fileEnums: readonly EnumModel[];

  constructor(schemas: readonly ResolvedSchema[], broken: ReadonlySet<string>) {
    this.schemas = schemas;
    this.broken = broken;
    // Of two files of one name, which is an error, the first.
    this.byName = new Map([...schemas].reverse().map((schema) => [schema.ref.name, schema]));
    this.headers = schemas.flatMap(({ header }) => header ?? []);
    this.fileEnums = schemas.flatMap(({ ref, enums }) => enums.filter((one) => one.name === ref.name));
  }

  /** Whether a file of that name was refused. */
  isBroken(name: string): boolean {
    return this.broken.has(name);
  }

  schema(name: string): ResolvedSchema | undefined {
    return this.byName.get(name);
  }

  /** A type of the same file, or another file's header. */
  struct(name: ScalarNode, from: StructDefinition, diagnostics: Diagnostics): StructDefinition | undefined {
    const types = this.schema(from.schema.name)?.types ?? [];
    const local = types.filter(({ order }) => order === from.order);
    return this.find("struct", name, [...local, ...this.headers], diagnostics);
  }

  /** An enum of the same file, or another file's. */
  enum(name: ScalarNode, from: SchemaRef, diagnostics: Diagnostics): EnumModel | undefined {
    const local = this.schema(from.name)?.enums ?? [];
    return this.find("enum", name, [...local, ...this.fileEnums], diagnostics);
  }

  /** The structure that a case describes in place. */
  inline(node: MapNode, from: StructDefinition): StructDefinition | undefined {
    const types = this.schema(from.schema.name)?.types ?? [];
    return types.find(({ inline, order }) => inline === node && order === from.order);
  }

  private find<T extends { name: string }>(
    what: "struct" | "enum",
    node: ScalarNode,
    candidates: readonly T[],
    diagnostics: Diagnostics,
  ): T | undefined {
    const name = String(node.value);
    const found = candidates.find((candidate) => candidate.name === name);
    if (found !== undefined || this.isBroken(name)) return found;
    const notes = didYouMean(name, new Set(candidates.map((candidate) => candidate.name)));
    diagnostics.error(`no-${what}`, node.span, `there is no ${what} named ${JSON.stringify(name)}`, notes);
    return undefined;
  }
}

/** Third pass: who defines which name, and that no two define the same. */
export function resolve(
  read: readonly ReadSchema[],
  diagnostics: Diagnostics,
  standalone: boolean,
): Definitions {
  const broken = new Set<string>();
  const resolved = read
    .flatMap(({ loaded, origin, brokenName }) => {
      const schema = loaded && resolveSchema(loaded, origin, diagnostics);
      if (schema === undefined) broken.add(brokenName ?? (loaded && textOf(loaded.root, "name")) ?? "");
      return schema ?? [];
    })
    .sort((a, b) => compare(a.ref.name, b.ref.name) || compare(b.ref.origin, a.ref.origin));
  const named = withoutDuplicates(resolved, broken, diagnostics);
  const unique = named.map((schema) => complete(schema, named, diagnostics));
  refuseClassClashes(unique, standalone, diagnostics);
  refuseFileClashes(unique, diagnostics);
  return new Definitions(unique, broken);
}

/** Adds the structures that are described in place; where the bytes tell their order, each twice. */
function complete(
  schema: ResolvedSchema,
  all: readonly ResolvedSchema[],
  diagnostics: Diagnostics,
): ResolvedSchema {
  const inline = inlineTypes(schema, (name, { enums }) => {
    const files = all.flatMap((one) => one.enums.filter((candidate) => candidate.name === one.ref.name));
    return [...enums, ...files].find((one) => one.name === name);
  });
  const cases = namedCases(schema, inline);
  const own = schema.types.map((one) => (cases.has(one.name) ? { ...one, caseName: one.name } : one));
  const { header, ref, root, enums } = schema;
  const types = isTooMuch(inline, root, diagnostics) ? own : [...own, ...inline];
  if (!hasOrders(root)) return { ...schema, types };
  return { ref, root, types: inBothOrders([...(header ? [header] : []), ...types], diagnostics), enums };
}

function resolveSchema(
  { file, root: stated }: LoadedSchema,
  origin: SchemaRef["origin"],
  diagnostics: Diagnostics,
): ResolvedSchema | undefined {
  const root = withNamedElements(stated);
  const name = textOf(root, "name") ?? "";
  const ref: SchemaRef = { name, stem: fileStem(name), file, origin };
  const hasFields = valueOf(root, "fields") !== undefined;
  if (hasFields === (valueOf(root, "values") !== undefined)) {
    const span = entryOf(root, "name")?.key.span ?? root.span;
    diagnostics.error(
      hasFields ? "fields-and-values" : "no-content",
      span,
      "a schema has either `fields` (a header) or `values` (an enum)",
    );
    return undefined;
  }
  if (isTooLarge(root, diagnostics)) return undefined;
  const enums: Enums = { ref, diagnostics };
  if (!hasFields) return { ref, root, types: [], enums: [resolveEnum(name, root, root.span, enums)] };
  const header = definition(name, root, ref, root, true, nameSpan(root));
  const types = children(root, "types").map((one) =>
    definition(one.name, one.node, ref, root, false, one.span),
  );
  const own = children(root, "enums").map((one) => resolveEnum(one.name, one.node, one.span, enums));
  return { ref, root, header, types, enums: own };
}

/** Fields that stand in cases count as well. */
function isTooMuch(inline: readonly StructDefinition[], root: MapNode, diagnostics: Diagnostics): boolean {
  const fields = inline.reduce((sum, { node }) => sum + 1 + sizeAt(node, "fields"), 0);
  if (fields <= MAX_FIELDS) return false;
  const message = `the file has ${fields} cases and fields in them; it may have ${MAX_FIELDS}. Split it`;
  diagnostics.error("file-fields", nameSpan(root), message);
  return true;
}

/** What is bounded in bytes is not yet bounded in work: every field becomes code. */
function isTooLarge(root: MapNode, diagnostics: Diagnostics): boolean {
  const structs = [root, ...children(root, "types").map(({ node }) => node)];
  const enums = [root, ...children(root, "enums").map(({ node }) => node)];
  const fields = structs.reduce((sum, node) => sum + sizeAt(node, "fields") + sizeAt(node, "let"), 0);
  const labels = enums.reduce((sum, node) => sum + sizeAt(node, "values"), 0);
  if (fields <= MAX_FIELDS && labels <= MAX_LABELS) return false;
  const found =
    fields > MAX_FIELDS
      ? `${fields} fields and values; it may have ${MAX_FIELDS}`
      : `${labels} labels; it may have ${MAX_LABELS}`;
  diagnostics.error(
    fields > MAX_FIELDS ? "file-fields" : "file-labels",
    nameSpan(root),
    `the file has ${found}. Split it`,
  );
  return true;
}

function sizeAt(node: MapNode, key: string): number {
  const map = valueOf(node, key);
  return map?.kind === "map" ? map.entries.length : 0;
}

function definition(
  name: string,
  node: MapNode,
  schema: SchemaRef,
  root: MapNode,
  isHeader: boolean,
  span: Span,
): StructDefinition {
  return { name, className: className(name), schema, root, node, isHeader, span };
}

function children(root: MapNode, key: string): { name: string; node: MapNode; span: Span }[] {
  const node = valueOf(root, key);
  if (node?.kind !== "map") return [];
  return node.entries.flatMap((entry) =>
    entry.value.kind === "map" ? [{ name: keyText(entry), node: entry.value, span: entry.key.span }] : [],
  );
}

function nameSpan(root: MapNode): Span {
  return valueOf(root, "name")?.span ?? root.span;
}

/**
 * A user's schema may not take the name of a bundled one: their files would be two answers to one name. What refers to
 * the name could mean either, so that both count as broken.
 */
function withoutDuplicates(
  schemas: readonly ResolvedSchema[],
  broken: Set<string>,
  diagnostics: Diagnostics,
): ResolvedSchema[] {
  const byName = new Map<string, ResolvedSchema>();
  for (const schema of schemas) {
    const { name, origin } = schema.ref;
    const earlier = byName.get(name);
    if (earlier === undefined) byName.set(name, schema);
    else {
      reportDuplicate(schema, earlier, diagnostics);
      if (earlier.ref.origin !== origin) broken.add(name);
    }
  }
  return [...byName.values()].filter(({ ref }) => !broken.has(ref.name));
}

function reportDuplicate(schema: ResolvedSchema, earlier: ResolvedSchema, diagnostics: Diagnostics): void {
  const [mine, other] = schema.ref.origin === "own" ? [schema, earlier] : [earlier, schema];
  const message = `the name ${JSON.stringify(mine.ref.name)} is taken by ${placeOf(nameSpan(other.root))}`;
  const isBundled = other.ref.origin === "library";
  const remedy = isBundled
    ? "it comes with zc-gen; give yours another name"
    : "each schema needs a name of its own";
  diagnostics.error(isBundled ? "bundled-name" : "duplicate-name", nameSpan(mine.root), message, [
    { message: remedy, span: nameSpan(other.root) },
  ]);
}

/** Two exports of one name would shadow each other: in the index, and in the Stack, which meets all headers. */
function refuseClassClashes(
  schemas: readonly ResolvedSchema[],
  standalone: boolean,
  diagnostics: Diagnostics,
): void {
  const seen = new Map<string, Span>();
  const libraryFirst = [...schemas].sort((a, b) => compare(a.ref.origin, b.ref.origin));
  for (const schema of libraryFirst) {
    const onlyPublic = schema.ref.origin === "library" && !standalone;
    for (const { name, exported, span } of exportsOf(schema, onlyPublic)) {
      const earlier = seen.get(exported);
      if (earlier === undefined) seen.set(exported, span);
      else {
        const message = `${JSON.stringify(name)} becomes ${exported}, a name that is already taken`;
        diagnostics.error("class-clash", span, message, [{ message: "the other is here", span: earlier }]);
      }
    }
  }
}

interface Exported {
  readonly name: string;
  readonly exported: string;
  readonly span: Span;
}

/** Of the library only what another file can name: its headers and the enums that are files of their own. */
function exportsOf({ ref, header, types, enums }: ResolvedSchema, onlyPublic: boolean): Exported[] {
  const headers = header === undefined ? [] : [header];
  const shown = onlyPublic ? enums.filter(({ name }) => name === ref.name) : enums;
  const classes = [...headers, ...(onlyPublic ? [] : types), ...shown];
  const pairs = onlyPublic ? [] : types.filter(({ order }) => order === "big");
  return [
    ...classes.map(({ name, className: exported, span }) => ({ name, exported, span })),
    ...pairs.map(({ name, span }) => ({ name, exported: className(name), span })),
    ...shown.map((one) => ({ name: one.name, exported: enumFactsName(one.className), span: one.span })),
  ];
}

/** Two schemas cannot become one file: `index` and `index_header`. */
function refuseFileClashes(schemas: readonly ResolvedSchema[], diagnostics: Diagnostics): void {
  const seen = new Map<string, ResolvedSchema>();
  for (const schema of schemas) {
    const earlier = seen.get(schema.ref.stem);
    if (earlier === undefined) seen.set(schema.ref.stem, schema);
    else {
      const message = `${JSON.stringify(schema.ref.name)} becomes the file ${schema.ref.stem}.ts, which ${JSON.stringify(earlier.ref.name)} is already`;
      diagnostics.error("file-clash", nameSpan(schema.root), message, [
        { message: "the other is here", span: nameSpan(earlier.root) },
      ]);
    }
  }
}
