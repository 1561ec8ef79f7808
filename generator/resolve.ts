import { compare, type Diagnostics, didYouMean, type Span } from "./diagnostics.js";
import { type Enums, resolveEnum } from "./enums.js";
import type { EnumModel, SchemaRef } from "./layout.js";
import { type LoadedSchema, placeOf } from "./load.js";
import { className, fileStem } from "./names.js";
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
}

/** A schema with every name it defines. */
export interface ResolvedSchema {
  readonly ref: SchemaRef;
  readonly root: MapNode;
  readonly header?: StructDefinition;
  readonly types: readonly StructDefinition[];
  readonly enums: readonly EnumModel[];
}

/** All schemas, and the definitions that any of them can name. */
export class Definitions {
  readonly schemas: readonly ResolvedSchema[];

  constructor(schemas: readonly ResolvedSchema[]) {
    this.schemas = schemas;
  }

  schema(name: string): ResolvedSchema | undefined {
    return this.schemas.find(({ ref }) => ref.name === name);
  }

  /** A type of the same file, or another file's header. */
  struct(name: ScalarNode, from: SchemaRef, diagnostics: Diagnostics): StructDefinition | undefined {
    const local = this.schema(from.name)?.types ?? [];
    const headers = this.schemas.flatMap(({ header }) => header ?? []);
    return this.find("struct", name, [...local, ...headers], diagnostics);
  }

  /** An enum of the same file, or another file's. */
  enum(name: ScalarNode, from: SchemaRef, diagnostics: Diagnostics): EnumModel | undefined {
    const local = this.schema(from.name)?.enums ?? [];
    const files = this.schemas.flatMap(({ ref, enums }) => enums.filter((one) => one.name === ref.name));
    return this.find("enum", name, [...local, ...files], diagnostics);
  }

  private find<T extends { name: string }>(
    what: string,
    node: ScalarNode,
    candidates: readonly T[],
    diagnostics: Diagnostics,
  ): T | undefined {
    const name = String(node.value);
    const found = candidates.find((candidate) => candidate.name === name);
    if (found !== undefined) return found;
    const notes = didYouMean(name, new Set(candidates.map((candidate) => candidate.name)));
    diagnostics.error("unknown-name", node.span, `there is no ${what} named ${JSON.stringify(name)}`, notes);
    return undefined;
  }
}

/** Third pass: who defines which name, and that no two define the same. */
export function resolve(
  schemas: readonly { loaded: LoadedSchema; origin: SchemaRef["origin"] }[],
  diagnostics: Diagnostics,
): Definitions {
  const resolved = schemas
    .map(({ loaded, origin }) => resolveSchema(loaded, origin, diagnostics))
    .filter((schema) => schema !== undefined)
    .sort((a, b) => compare(a.ref.name, b.ref.name) || compare(a.ref.origin, b.ref.origin) * -1);
  const unique = withoutDuplicates(resolved, diagnostics);
  refuseClassClashes(unique, diagnostics);
  return new Definitions(unique);
}

function resolveSchema(
  { file, root }: LoadedSchema,
  origin: SchemaRef["origin"],
  diagnostics: Diagnostics,
): ResolvedSchema | undefined {
  const name = textOf(root, "name") ?? "";
  const ref: SchemaRef = { name, stem: fileStem(name), file, origin };
  const hasFields = valueOf(root, "fields") !== undefined;
  if (hasFields === (valueOf(root, "values") !== undefined)) {
    const span = entryOf(root, "name")?.key.span ?? root.span;
    diagnostics.error("structure", span, "a schema has either `fields` (a header) or `values` (an enum)");
    return undefined;
  }
  const enums: Enums = { ref, diagnostics };
  if (!hasFields) return { ref, root, types: [], enums: [resolveEnum(name, root, root.span, enums)] };
  return {
    ref,
    root,
    header: definition(name, root, ref, root, true, nameSpan(root)),
    types: children(root, "types").map((one) => definition(one.name, one.node, ref, root, false, one.span)),
    enums: children(root, "enums").map((one) => resolveEnum(one.name, one.node, one.span, enums)),
  };
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

/** A user's schema may not take the name of a bundled one: their files would be two answers to one name. */
function withoutDuplicates(schemas: readonly ResolvedSchema[], diagnostics: Diagnostics): ResolvedSchema[] {
  const byName = new Map<string, ResolvedSchema>();
  for (const schema of schemas) {
    const earlier = byName.get(schema.ref.name);
    if (earlier === undefined) byName.set(schema.ref.name, schema);
    else reportDuplicate(schema, earlier, diagnostics);
  }
  return [...byName.values()];
}

function reportDuplicate(schema: ResolvedSchema, earlier: ResolvedSchema, diagnostics: Diagnostics): void {
  const [mine, other] = schema.ref.origin === "own" ? [schema, earlier] : [earlier, schema];
  const message = `the name ${JSON.stringify(mine.ref.name)} is taken by ${placeOf(nameSpan(other.root))}`;
  const remedy =
    other.ref.origin === "library"
      ? "it comes with zc-gen; give yours another name"
      : "each schema needs a name of its own";
  diagnostics.error("duplicate-name", nameSpan(mine.root), message, [
    { message: remedy, span: nameSpan(other.root) },
  ]);
}

/** Two classes of one name would shadow each other in the index. */
function refuseClassClashes(schemas: readonly ResolvedSchema[], diagnostics: Diagnostics): void {
  const seen = new Map<string, Span>();
  for (const { header, types, enums } of schemas) {
    for (const one of [...(header === undefined ? [] : [header]), ...types, ...enums]) {
      const earlier = seen.get(one.className);
      if (earlier === undefined) seen.set(one.className, one.span);
      else {
        const message = `${JSON.stringify(one.name)} becomes ${one.className}, a name that is already taken`;
        diagnostics.error("name-clash", one.span, message, [{ message: "the other is here", span: earlier }]);
      }
    }
  }
}
