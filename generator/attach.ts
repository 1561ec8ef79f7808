import { compare, type Diagnostics, didYouMean, type Span } from "./diagnostics.js";
import { type Attachment, maxOf, type Model, type SchemaModel, type StructModel } from "./layout.js";
import { type Entry, keyText, type Node, valueOf } from "./nodes.js";
import type { Definitions, ResolvedSchema } from "./resolve.js";

/** The key that attaches a header to a link type instead of a parent. */
export const LINK_TYPE = "link_type";

/** Who follows whom, and on which value: every `attach:` line of every schema. */
export function buildAttachments(
  definitions: Definitions,
  schemas: readonly SchemaModel[],
  diagnostics: Diagnostics,
): Attachment[] {
  const headers = new Map(
    schemas.flatMap(({ header }) => (header === undefined ? [] : [[header.name, header] as const])),
  );
  const attachments = definitions.schemas.flatMap((schema) => {
    const child = headers.get(schema.ref.name);
    return child === undefined ? [] : attachmentsOf(schema, child, headers, definitions, diagnostics);
  });
  refuseAmbiguity(attachments, diagnostics);
  return attachments.sort(
    (a, b) =>
      compare(a.parent?.name ?? "", b.parent?.name ?? "") || compare(a.key, b.key) || a.value - b.value,
  );
}

function attachmentsOf(
  schema: ResolvedSchema,
  child: StructModel,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Attachment[] {
  const attach = valueOf(schema.root, "attach");
  if (attach?.kind !== "map") return [];
  return attach.entries.flatMap((entry) => {
    const target = attachTarget(entry, headers, definitions, diagnostics);
    if (target === undefined) return [];
    return values(entry.value).flatMap(({ value, span }) => {
      if (value <= target.max) return [{ parent: target.parent, key: target.key, value, child, span }];
      diagnostics.error(
        "attach-range",
        span,
        `${value} does not fit ${keyText(entry)}, which ends at ${target.max}`,
      );
      return [];
    });
  });
}

function values(node: Node): { value: number; span: Span }[] {
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) =>
    one.kind === "scalar" ? [{ value: Number(one.value), span: one.span }] : [],
  );
}

interface Target {
  readonly parent: StructModel | undefined;
  readonly key: string;
  readonly max: number;
}

function attachTarget(
  { key }: Entry,
  headers: ReadonlyMap<string, StructModel>,
  definitions: Definitions,
  diagnostics: Diagnostics,
): Target | undefined {
  const path = String(key.value);
  if (path === LINK_TYPE) return { parent: undefined, key: LINK_TYPE, max: maxOf(16) };
  const [parentName = "", keyName = ""] = path.split(".");
  const parent = headers.get(parentName);
  if (parent === undefined) {
    if (definitions.isBroken(parentName) || definitions.schema(parentName)?.header !== undefined) {
      return undefined;
    }
    const message = `there is no header named ${JSON.stringify(parentName)} to attach to`;
    diagnostics.error("attach-no-header", key.span, message, didYouMean(parentName, headers.keys()));
    return undefined;
  }
  const rule = parent.next.find((candidate) => candidate.key === keyName);
  const bits = Math.max(0, ...(rule?.fields.map(({ type }) => type.bits) ?? []));
  if (rule !== undefined) return { parent, key: keyName, max: maxOf(bits) };
  const keys = parent.next.map((candidate) => candidate.key);
  const known =
    keys.length === 0
      ? `${parentName} has no \`next\` rule`
      : `${parentName} is followed by ${keys.join(", ")}`;
  const notes = didYouMean(keyName, keys);
  const message = `${JSON.stringify(keyName)} does not choose what follows ${parentName}`;
  diagnostics.error(
    keys.length === 0 ? "attach-no-rule" : "attach-no-key",
    key.span,
    message,
    notes.length > 0 ? notes : [{ message: known, span: parent.span }],
  );
  return undefined;
}

/** One value can lead to one header only. */
function refuseAmbiguity(attachments: readonly Attachment[], diagnostics: Diagnostics): void {
  const seen = new Map<string, Attachment>();
  for (const attachment of attachments) {
    const { parent, key, value, child } = attachment;
    const id = `${parent?.name ?? ""}.${key}=${value}`;
    const earlier = seen.get(id);
    if (earlier === undefined) {
      seen.set(id, attachment);
      continue;
    }
    // The user's file is the one to mend, whichever came first.
    const isBundled = child.schema.origin === "library" && earlier.child.schema.origin === "own";
    const [wrong, right] = isBundled ? [earlier, attachment] : [attachment, earlier];
    const place = parent === undefined ? key : `${parent.name}.${key}`;
    const message = `${place} ${value} already leads to ${right.child.name}; it cannot lead to ${wrong.child.name} as well`;
    diagnostics.error("attach-twice", wrong.span, message, [
      { message: "it is attached here", span: right.span },
    ]);
  }
}

/** The headers that some link type leads to, by one step or more. */
export function reachable(attachments: readonly Attachment[]): Set<StructModel> {
  const found = new Set<StructModel>();
  const open: (StructModel | undefined)[] = [undefined];
  while (open.length > 0) {
    const from = open.pop();
    for (const { parent, child } of attachments) {
      if (parent !== from || found.has(child)) continue;
      found.add(child);
      open.push(child);
    }
  }
  return found;
}

/** A header that was attached, but to nothing that a packet can lead to, is in no Stack. */
export function warnUnreachable(model: Model, diagnostics: Diagnostics): void {
  const found = reachable(model.attachments);
  for (const { parent, child, span } of model.attachments) {
    if (parent === undefined || found.has(child) || child.schema.origin !== "own") continue;
    const message = `${child.name} is attached to ${parent.name}, but no link type leads there: the Stack leaves both out`;
    diagnostics.warning("unreachable", span, message, [
      {
        message: `attach ${parent.name} to a header that is reached, or to \`link_type\``,
        span: parent.span,
      },
    ]);
  }
}
