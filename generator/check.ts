import { buildAttachments } from "./attach.js";
import { checkAlignment } from "./align.js";
import { checkCLayout } from "./c-layout.js";
import type { Diagnostics } from "./diagnostics.js";
import { described } from "./enums.js";
import { buildFields } from "./fields.js";
import type { Alignment, BitOrder, Endian, Model, SchemaModel, StructModel } from "./layout.js";
import { buildLengths, buildLets, buildNext } from "./lengths.js";
import { checkMembers } from "./members.js";
import { type MapNode, type ScalarNode, textOf, valueOf } from "./nodes.js";
import type { Definitions, StructDefinition } from "./resolve.js";

/** Fourth pass: where every bit lies, what every expression can be, who follows whom. */
export function check(definitions: Definitions, diagnostics: Diagnostics): Model {
  const builder = new Builder(definitions, diagnostics);
  const schemas = definitions.schemas.map((schema): SchemaModel => {
    const header = schema.header && builder.struct(schema.header);
    const types = schema.types.map((type) => builder.struct(type)).filter((type) => type !== undefined);
    return { ref: schema.ref, ...(header === undefined ? {} : { header }), types, enums: schema.enums };
  });
  const attachments = buildAttachments(definitions, schemas, diagnostics);
  checkAlignment(schemas, attachments, diagnostics);
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
        "cycle",
        from?.span ?? definition.span,
        `a structure cannot contain itself: ${path.join(" > ")}`,
      );
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
    const endian = textOf(root, "endian") as Endian | undefined;
    if (endian === undefined) {
      const message = `${definition.schema.name} does not state its byte order: add \`endian: big\`, \`little\` or \`host\``;
      if (definition.isHeader) diagnostics.error("endian", definition.span, message);
      return undefined;
    }
    const bitOrder = textOf(root, "bit_order") as BitOrder | undefined;
    const context = {
      definitions: this.definitions,
      schema: definition.schema,
      endian,
      diagnostics,
      struct: (other: StructDefinition, from: ScalarNode) => this.struct(other, from),
    };
    const align = alignment(root, definition.isHeader);
    const laidOut = buildFields(definition, { ...context, bitOrder, align });
    if (laidOut === undefined) return undefined;
    const lets = buildLets(node, laidOut.fields, diagnostics);
    const scope = {
      fields: new Map(laidOut.fields.map((field) => [field.name, field])),
      lets: new Map(lets.map((one) => [one.name, one])),
    };
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
      lets,
      size: laidOut.size,
      ...(definition.isHeader ? buildLengths(root, laidOut.size, scope, diagnostics) : {}),
      next: definition.isHeader ? buildNext(root, scope, diagnostics) : [],
      span: definition.span,
    };
    checkMembers(struct, diagnostics);
    checkCLayout(struct, root, diagnostics);
    return struct;
  }
}

function alignment(root: MapNode, isHeader: boolean): Alignment {
  const node = isHeader ? valueOf(root, "align") : undefined;
  if (node?.kind === "scalar") return { to: Number(node.value) as Alignment["to"], at: 0 };
  if (node?.kind !== "map") return { to: textOf(root, "layout") === "c" ? 8 : 1, at: 0 };
  return { to: Number(textOf(node, "to")) as Alignment["to"], at: Number(textOf(node, "at")) };
}

function cStruct(node: MapNode): { c?: { struct: string; header?: string } } {
  const c = valueOf(node, "c");
  if (c?.kind !== "map") return {};
  const header = textOf(c, "header");
  return { c: { struct: textOf(c, "struct") ?? "", ...(header === undefined ? {} : { header }) } };
}
