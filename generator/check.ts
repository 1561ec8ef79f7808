import { buildAttachments } from "./attach.js";
import { checkAlignment } from "./align.js";
import { checkCLayout } from "./c-layout.js";
import { checkPseudoHeaders, pseudoHeaderFields } from "./checksums.js";
import type { Diagnostics } from "./diagnostics.js";
import { type Enclosing, enclosingOf, type Sharing, UNKNOWN_AROUND } from "./enclosing.js";
import { described } from "./enums.js";
import type { Scope } from "./expression.js";
import { buildFields, type LaidOut, type LayoutContext, naturalAlignment } from "./fields.js";
import {
  type Alignment,
  type BitOrder,
  type Endian,
  type FieldModel,
  isFixedSize,
  type Model,
  type SchemaModel,
  type StructModel,
} from "./layout.js";
import { isListType } from "./cases.js";
import { buildList } from "./list-type.js";
import { MAX_STRUCT_NESTING } from "./limits.js";
import { buildLengths, buildLets, conditionAt } from "./lengths.js";
import { buildNext } from "./next.js";
import { checkMembers } from "./members.js";
import { buildOrders } from "./orders.js";
import { entryOf, keyText, type MapNode, type ScalarNode, textOf, valueOf } from "./nodes.js";
import { buildEndReads, buildTrailer } from "./end-reads.js";
import type { TypeContext } from "./element-type.js";
import type { Definitions, StructDefinition } from "./resolve.js";

/** Fourth pass: where every bit lies, what every expression can be, who follows whom. */
export function check(definitions: Definitions, diagnostics: Diagnostics): Model {
  const builder = new Builder(definitions, diagnostics);
  const schemas = definitions.schemas.map((schema): SchemaModel => {
    const header = schema.header && builder.struct(schema.header);
    const types = new Map(
      schema.types.flatMap((type) => {
        const struct = builder.struct(type);
        return struct === undefined ? [] : [[type, struct] as const];
      }),
    );
    const orders = buildOrders(schema, types, diagnostics);
    return {
      ref: schema.ref,
      ...(header === undefined ? {} : { header }),
      types: [...types.values()],
      enums: schema.enums,
      ...(orders === undefined ? {} : { orders }),
    };
  });
  const attachments = buildAttachments(definitions, schemas, diagnostics);
  checkAlignment(schemas, attachments, diagnostics);
  checkPseudoHeaders(schemas, attachments, diagnostics);
  return { schemas, attachments };
}

/** Builds each structure once, however often it is used, and finds those that contain themselves. */
class Builder {
  private readonly built = new Map<StructDefinition, StructModel | undefined>();
  private readonly lists = new Map<StructDefinition, StructModel>();
  private readonly open: StructDefinition[] = [];
  /** Those described in place that name something of the structure around them. */
  private readonly dependent = new Set<StructDefinition>();
  private readonly definitions: Definitions;
  private readonly diagnostics: Diagnostics;

  constructor(definitions: Definitions, diagnostics: Diagnostics) {
    this.definitions = definitions;
    this.diagnostics = diagnostics;
  }

  /**
   * A list's cursor looks at nothing before it is asked, so a list may hold itself: what names it gets it before it is
   * built, as every type is in its turn.
   */
  list(definition: StructDefinition): StructModel {
    const { name, className, schema, caseName, span } = definition;
    const known = this.lists.get(definition);
    if (known !== undefined) return known;
    const begun = {
      name,
      className,
      schema,
      ...(caseName === undefined ? {} : { caseName }),
      span,
      fields: [],
      lets: [],
      list: {},
    };
    this.lists.set(definition, begun as unknown as StructModel);
    return this.list(definition);
  }

  /** Of one that is described in place, `enclosing` is what it may name of the structure around it. */
  struct(definition: StructDefinition, from?: ScalarNode, enclosing?: Enclosing): StructModel | undefined {
    if (this.open.includes(definition)) {
      const path = [...this.open.slice(this.open.indexOf(definition)), definition].map(({ name }) => name);
      this.diagnostics.error(
        "struct-cycle",
        from?.span ?? definition.span,
        `a structure cannot contain itself: ${path.join(" > ")}`,
      );
      return undefined;
    }
    if (this.open.length === MAX_STRUCT_NESTING) {
      const message = `structures inside structures are nested deeper than ${MAX_STRUCT_NESTING} levels`;
      this.diagnostics.error("struct-nesting", from?.span ?? definition.span, message);
      return undefined;
    }
    if (!this.built.has(definition)) {
      this.open.push(definition);
      this.built.set(definition, this.build(definition, enclosing));
      this.open.pop();
    }
    const struct = this.built.get(definition);
    if (struct !== undefined && from !== undefined && isEmpty(struct) && definition.inline === undefined) {
      const message = `${struct.name} has no fields of its own, so that nothing can consist of it`;
      this.diagnostics.error("no-fields", from.span, message);
      return undefined;
    }
    return struct;
  }

  private build(definition: StructDefinition, around?: Enclosing): StructModel | undefined {
    const { root, node, diagnostics } = { ...definition, diagnostics: this.diagnostics };
    const endian = definition.order ?? (textOf(root, "endian") as Endian | undefined);
    if (endian === undefined) {
      const message = `${definition.schema.name} does not state its byte order: add \`endian: big\`, \`little\` or \`host\``;
      if (definition.isHeader) diagnostics.error("no-endian", definition.span, message);
      return undefined;
    }
    const bitOrder = textOf(root, "bit_order") as BitOrder | undefined;
    const enclosing = isInPlace(definition) ? (around ?? UNKNOWN_AROUND) : undefined;
    const shared = new Set<FieldModel>();
    const context = {
      definitions: this.definitions,
      definition,
      endian,
      diagnostics,
      list: (other: StructDefinition) => this.list(other),
      struct: (other: StructDefinition, from: ScalarNode, scope?: Scope) =>
        this.struct(other, from, scope && enclosingOf(scope, this.sharing(definition, other, shared))),
    };
    const align = alignment(root, definition.isHeader, diagnostics);
    const layoutContext = { ...context, bitOrder, align, ...(enclosing === undefined ? {} : { enclosing }) };
    if (!definition.isHeader && isListType(node)) return this.buildList(definition, layoutContext);
    refuseElementKeys(definition, diagnostics);
    const laidOut = buildFields(definition, layoutContext);
    if (laidOut === undefined) return undefined;
    const { isHeader } = definition;
    const reads = buildEndReads(node, laidOut.fields, placesOf(root, laidOut), isHeader, layoutContext);
    const fields = [...laidOut.fields, ...reads];
    const trailer = isHeader ? buildTrailer(root, laidOut.fields, reads, diagnostics) : undefined;
    const scope = buildLets(node, { ...laidOut, fields }, definition.isHeader, diagnostics);
    const fragment = definition.isHeader ? conditionAt(root, "fragment", scope, diagnostics) : undefined;
    const lengths = definition.isHeader ? buildLengths(root, laidOut.size, scope, diagnostics) : {};
    const struct: StructModel = {
      ...commonFacts(definition, layoutContext),
      ...cStruct(node),
      fields,
      lets: [...scope.lets.values()],
      size: laidOut.size,
      ...tailOf(laidOut, lengths.headerLength !== undefined),
      natural: Math.max(1, ...laidOut.fields.map(({ type }) => naturalAlignment(type))),
      ...lengths,
      ...(reads.length === 0 ? {} : { endReads: reads }),
      ...(trailer === undefined ? {} : { trailer }),
      ...(this.dependent.has(definition) ? { enclosing: around?.className ?? "" } : {}),
      ...(shared.size === 0 ? {} : { shared: [...shared] }),
      next: definition.isHeader ? buildNext(root, scope, diagnostics) : [],
      ...(definition.isHeader ? pseudoHeaderFields(root, laidOut.fields, diagnostics) : {}),
      ...(fragment === undefined ? {} : { fragment }),
      ...(definition.isHeader ? quotation(root, context) : {}),
    };
    // A case that is described in place may say that there is nothing: `4: {}`.
    if (definition.inline === undefined) refuseNothing(struct, diagnostics);
    refuseLatePayload(struct, diagnostics);
    checkMembers(struct, diagnostics);
    checkCLayout(struct, node, diagnostics);
    return struct;
  }

  /** What `inner` may name of `outer`, of whose fields `shared` then has those that it does name. */
  private sharing(outer: StructDefinition, inner: StructDefinition, shared: Set<FieldModel>): Sharing {
    const fields = valueOf(inner.node, "fields");
    return {
      className: outer.className,
      own: new Set(fields?.kind === "map" ? fields.entries.map(keyText) : []),
      use: (used) => {
        this.dependent.add(inner);
        for (const field of used) shared.add(field);
      },
    };
  }

  /** The cursor of a list: its fields are those of an element before the value. */
  private buildList(
    definition: StructDefinition,
    context: Omit<LayoutContext, "scope">,
  ): StructModel | undefined {
    const built = buildList(definition.node, context);
    if (built === undefined) return undefined;
    const { fields, size, slots, list } = built;
    const common = commonFacts(definition, context);
    const struct: StructModel = { ...common, fields, lets: [], size, slots, natural: 1, next: [], list };
    checkMembers(struct, this.diagnostics);
    return Object.assign(this.list(definition), struct);
  }
}

function isInPlace({ inline, node }: StructDefinition): boolean {
  return inline !== undefined || node.isInPlace === true;
}

/** What every structure has from its file and its own lines. */
function commonFacts(
  { name, className, schema, node, root, span, caseName }: StructDefinition,
  { endian, bitOrder, align }: Omit<LayoutContext, "scope">,
): Omit<StructModel, "fields" | "lets" | "size" | "slots" | "natural" | "next"> {
  return {
    name,
    className,
    schema,
    ...described(node),
    endian,
    bitOrder: bitOrder ?? "msb",
    isC: textOf(root, "layout") === "c",
    align,
    isCommon: textOf(root, "common") === "true",
    ...(caseName === undefined ? {} : { caseName }),
    span,
  };
}

/** A header that only says what follows, as an encapsulation without bytes of its own, has no fields. */
function isEmpty({ fields, list, caseName }: StructModel): boolean {
  return fields.length === 0 && list === undefined && caseName === undefined;
}

function refuseNothing(struct: StructModel, diagnostics: Diagnostics): void {
  if (!isEmpty(struct)) return;
  if (struct.isC) {
    diagnostics.error(
      "no-fields",
      struct.span,
      "a structure of C has at least one member: `fields` is empty",
    );
  } else if (struct.next.length === 0) {
    const message = "`fields` is empty, and no `next` says what follows: the header tells nothing";
    diagnostics.error("no-fields", struct.span, message);
  }
}

/** Whether the header quotes others, and what stands for it where it is quoted in part. */
function quotation(
  root: MapNode,
  context: Omit<TypeContext, "scope">,
): Pick<StructModel, "quotes" | "quoted"> {
  const quotes = valueOf(root, "quotes") === undefined ? {} : ({ quotes: true } as const);
  const name = valueOf(root, "quoted");
  if (name?.kind !== "scalar") return quotes;
  const found = context.definitions.struct(name, context.definition, context.diagnostics);
  const quoted = found && context.struct(found, name);
  return quoted === undefined ? quotes : { ...quotes, quoted };
}

/** How many places `wrap` has to find out before those that are counted from the end. */
function placesOf(root: MapNode, laidOut: LaidOut): number {
  const length = valueOf(root, "length");
  const hasHeader = length?.kind === "map" && valueOf(length, "header") !== undefined;
  return tailOf(laidOut, hasHeader).slots;
}

/** Where the last field takes all that is left, its end is known without it; not where it may be absent. */
function tailOf({ fields, slots }: LaidOut, hasHeaderLength: boolean): Pick<StructModel, "slots" | "tail"> {
  const field = fields.at(-1);
  const last = field?.type;
  if (last?.kind !== "span" || last.size.by !== "rest") return { slots };
  if (!hasHeaderLength) return field?.when === undefined ? { slots: slots - 1, tail: "end" } : { slots };
  return last.size.until === "header_end" ? { slots: slots - 1, tail: "header_end" } : { slots };
}

/** Keys of a list's element on a structure without a tag. */
function refuseElementKeys({ isHeader, node, span }: StructDefinition, diagnostics: Diagnostics): void {
  if (isHeader) return;
  for (const key of ["length", "stop", "align", "value"]) {
    const entry = entryOf(node, key);
    if (entry === undefined) continue;
    diagnostics.error(
      "list-no-tag",
      entry.key.span,
      `\`${key}\` goes with \`tag\`, as in the elements of a list`,
    );
  }
  if (valueOf(node, "fields") !== undefined) return;
  diagnostics.error("type-no-content", span, "a type has either `fields`, or the `tag` of a list's element");
}

/** A payload is counted from the header's end, which must be known then. */
function refuseLatePayload(struct: StructModel, diagnostics: Diagnostics): void {
  const { declared, headerLength, span } = struct;
  if (declared?.counts !== "payload" || headerLength !== undefined || isFixedSize(struct)) return;
  const message =
    "a header with fields of no fixed length that declares its payload must declare its own length too";
  diagnostics.error("late-payload", span, message, [
    { message: "say `length: { header: ... }`, or `total` instead of `payload`" },
  ]);
}

function alignment(root: MapNode, isHeader: boolean, diagnostics: Diagnostics): Alignment {
  const node = isHeader ? valueOf(root, "align") : undefined;
  if (node === undefined) return { to: textOf(root, "layout") === "c" ? 8 : 1, at: 0 };
  const [to, at] =
    node.kind === "map" ? [textOf(node, "to"), textOf(node, "at")] : [textOf(root, "align"), "0"];
  const alignment = { to: Number(to) as Alignment["to"], at: Number(at) };
  if ([1, 2, 4, 8].includes(alignment.to) && alignment.at < alignment.to) return alignment;
  const message = "a header starts at a multiple of 1, 2, 4 or 8, plus an `at` that is less";
  diagnostics.error("align-value", node.span, message);
  return { to: 1, at: 0 };
}

function cStruct(node: MapNode): { c?: { struct: string; header?: string } } {
  const c = valueOf(node, "c");
  if (c?.kind !== "map") return {};
  const header = textOf(c, "header");
  return { c: { struct: textOf(c, "struct") ?? "", ...(header === undefined ? {} : { header }) } };
}
