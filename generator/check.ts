import { buildAttachments } from "./attach.js";
import { checkAlignment } from "./align.js";
import { checkCLayout } from "./c-layout.js";
import { checkPseudoHeaders, pseudoHeaderFields } from "./checksums.js";
import type { Diagnostics } from "./diagnostics.js";
import { described } from "./enums.js";
import { buildFields, naturalAlignment } from "./fields.js";
import type { Alignment, BitOrder, Endian, Model, SchemaModel, StructModel } from "./layout.js";
import { MAX_STRUCT_NESTING } from "./limits.js";
import { buildLengths, buildLets, conditionAt } from "./lengths.js";
import { buildNext } from "./next.js";
import { checkMembers } from "./members.js";
import { buildOrders } from "./orders.js";
import { type MapNode, type ScalarNode, textOf, valueOf } from "./nodes.js";
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
  private readonly open: StructDefinition[] = [];
  private readonly definitions: Definitions;
  private readonly diagnostics: Diagnostics;

  constructor(definitions: Definitions, diagnostics: Diagnostics) {
    this.definitions = definitions;
    this.diagnostics = diagnostics;
  }

  struct(definition: StructDefinition, from?: ScalarNode): StructModel | undefined {
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
      this.built.set(definition, this.build(definition));
      this.open.pop();
    }
    return this.built.get(definition);
  }

  private build(definition: StructDefinition): StructModel | undefined {
    const { root, node, diagnostics } = { ...definition, diagnostics: this.diagnostics };
    const endian = definition.order ?? (textOf(root, "endian") as Endian | undefined);
    if (endian === undefined) {
      const message = `${definition.schema.name} does not state its byte order: add \`endian: big\`, \`little\` or \`host\``;
      if (definition.isHeader) diagnostics.error("no-endian", definition.span, message);
      return undefined;
    }
    const bitOrder = textOf(root, "bit_order") as BitOrder | undefined;
    const context = {
      definitions: this.definitions,
      definition,
      endian,
      diagnostics,
      struct: (other: StructDefinition, from: ScalarNode) => this.struct(other, from),
    };
    const align = alignment(root, definition.isHeader, diagnostics);
    const laidOut = buildFields(definition, { ...context, bitOrder, align });
    if (laidOut === undefined) return undefined;
    const scope = buildLets(node, laidOut.fields, definition.isHeader, diagnostics);
    const fragment = definition.isHeader ? conditionAt(root, "fragment", scope, diagnostics) : undefined;
    const struct: StructModel = {
      name: definition.name,
      className: definition.className,
      schema: definition.schema,
      ...described(node),
      endian,
      bitOrder: bitOrder ?? "msb",
      isC: textOf(root, "layout") === "c",
      ...cStruct(node),
      align,
      fields: laidOut.fields,
      lets: [...scope.lets.values()],
      size: laidOut.size,
      slots: laidOut.slots,
      natural: Math.max(1, ...laidOut.fields.map(({ type }) => naturalAlignment(type))),
      ...(definition.isHeader ? buildLengths(root, laidOut.size, scope, diagnostics) : {}),
      next: definition.isHeader ? buildNext(root, scope, diagnostics) : [],
      ...(definition.isHeader ? pseudoHeaderFields(root, laidOut.fields, diagnostics) : {}),
      ...(fragment === undefined ? {} : { fragment }),
      span: definition.span,
    };
    refuseLatePayload(struct, diagnostics);
    checkMembers(struct, diagnostics);
    checkCLayout(struct, node, diagnostics);
    return struct;
  }
}

/** A payload is counted from the header's end, which must be known then. */
function refuseLatePayload(
  { declared, headerLength, slots, span }: StructModel,
  diagnostics: Diagnostics,
): void {
  if (declared?.counts !== "payload" || headerLength !== undefined || slots === 0) return;
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
