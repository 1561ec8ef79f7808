import type { Diagnostics } from "./diagnostics.js";
import { type Attachment, isFixedSize, type SchemaModel, type StructModel } from "./layout.js";
import { only, type Range, residues, span } from "./range.js";

/** The ring lays packet headers out at multiples of 8 and no more (V3_ALIGNMENT in the kernel's af_packet.c). */
const RING_ALIGNMENT = 8;

/**
 * Proves each header's `align` from the graph: a link-layer header starts where it says (the ring's promise, which
 * the ring itself tests), a header after it where its parents end, modulo 8. A claim the graph does not support is
 * an error that names the path.
 */
export function checkAlignment(
  schemas: readonly SchemaModel[],
  attachments: readonly Attachment[],
  diagnostics: Diagnostics,
): void {
  const starts = startsOf(attachments);
  const bundled = startsOf(attachments.filter(({ parent }) => parent?.schema.origin !== "own"));
  for (const { header } of schemas) {
    if (header === undefined || header.isC || header.align.to === 1) continue;
    // What comes with zc-gen claims what holds among its own: nobody can change it for a parent of theirs.
    const known =
      (header.schema.origin === "own" ? starts : bundled).get(header) ?? new Map<number, string>();
    const { to, at } = header.align;
    for (const [start, from] of known) {
      if (start % to === at % to) continue;
      const message = `${header.name} claims to start at ${at} modulo ${to}, but after ${from} it starts at ${start % to}`;
      diagnostics.error("align-claim", header.span, message, [
        { message: `claim less: \`align: ${provable([...known.keys()])}\`` },
      ]);
      break;
    }
  }
}

/** For every header the residues modulo 8 it can start at, and a parent that puts it there. */
export function startsOf(attachments: readonly Attachment[]): Map<StructModel, Map<number, string>> {
  const starts = new Map<StructModel, Map<number, string>>();
  const place = (header: StructModel, start: number, from: string): boolean => {
    const known = starts.get(header) ?? new Map<number, string>();
    starts.set(header, known);
    return !known.has(start) && known.set(start, from) !== undefined;
  };
  const lengths = new Map<StructModel, readonly number[]>();
  for (const { parent } of attachments) {
    if (parent !== undefined && !lengths.has(parent)) {
      lengths.set(parent, residues(lengthOf(parent), RING_ALIGNMENT));
    }
  }
  let changed = true;
  while (changed) {
    changed = false;
    for (const { parent, child } of attachments) {
      if (child === undefined || starts.get(child)?.size === RING_ALIGNMENT) continue;
      if (parent === undefined) {
        for (const start of rootStarts(child)) changed = place(child, start, "the link layer") || changed;
        continue;
      }
      for (const [start] of [...(starts.get(parent) ?? [])]) {
        for (const length of lengths.get(parent) ?? []) {
          changed = place(child, (start + length) % RING_ALIGNMENT, parent.name) || changed;
        }
      }
    }
  }
  return starts;
}

function rootStarts({ align: { to, at } }: StructModel): number[] {
  return Array.from({ length: RING_ALIGNMENT / to }, (_, i) => (at + i * to) % RING_ALIGNMENT);
}

function lengthOf(struct: StructModel): Range {
  if (struct.headerLength !== undefined) return struct.headerLength.range;
  return isFixedSize(struct) ? only(struct.size) : span(struct.size, struct.size + RING_ALIGNMENT);
}

/** The largest power of two that all residues share with the first. */
function provable(starts: readonly number[]): string {
  const to =
    [8, 4, 2].find((power) => starts.every((start) => start % power === (starts[0] ?? 0) % power)) ?? 1;
  const at = (starts[0] ?? 0) % to;
  return at === 0 ? `${to}` : `{ to: ${to}, at: ${at} }`;
}
