import type { Diagnostics } from "./diagnostics.js";
import { naturalAlignment } from "./fields.js";
import type { FieldModel, StructModel } from "./layout.js";
import { entryOf, type MapNode } from "./nodes.js";

/** Under `layout: c` every field lies at a multiple of its size, and the size is a multiple of the largest. */
export function checkCLayout(struct: StructModel, node: MapNode, diagnostics: Diagnostics): void {
  if (!struct.isC) {
    refuseStrayC(struct, node, diagnostics);
    return;
  }
  if (struct.c === undefined) {
    const message = `${struct.name} has \`layout: c\` and so must name its struct: \`c: { struct: ..., header: ... }\``;
    diagnostics.error("c-unnamed", struct.span, message);
  }
  const variable = struct.fields.find(({ type, when }) => type.kind === "span" || when !== undefined);
  if (variable !== undefined) {
    diagnostics.error(
      "c-variable",
      variable.span,
      `a C struct is all fixed; ${JSON.stringify(variable.name)} is not`,
    );
  }
  for (const field of struct.fields) {
    const natural = naturalAlignment(field.type);
    const offset = field.bitOffset / 8;
    if (!isProvable(field)) {
      const message = `field ${JSON.stringify(field.name)} (${field.word}) is a bit field, whose place in a C struct cannot be proved`;
      diagnostics.error("c-bit-field", field.span, message, [
        { message: "take the whole number, and its bits under `let`" },
      ]);
      continue;
    }
    if (offset % natural === 0) continue;
    const gap = natural - (Math.floor(offset) % natural);
    const message = `field ${JSON.stringify(field.name)} (${field.word}) is at offset ${offset}, no multiple of ${natural}; C puts ${gap} bytes of padding before it`;
    diagnostics.error("c-misaligned", field.span, message, [
      { message: `write the padding down: \`padding_${offset}: { bytes: ${gap} }\`` },
    ]);
  }
  const { natural } = struct;
  if (struct.size % natural === 0) return;
  const gap = natural - (struct.size % natural);
  const message = `${struct.name} has ${struct.size} bytes, no multiple of ${natural}; C puts ${gap} bytes of padding at its end`;
  diagnostics.error("c-tail", struct.span, message, [
    { message: `write the padding down: \`padding_${struct.size}: { bytes: ${gap} }\`` },
  ]);
}

/** `offsetof` knows no bit fields. */
function isProvable({ bitOffset, type }: FieldModel): boolean {
  return bitOffset % 8 === 0 && type.bits % 8 === 0;
}

function refuseStrayC(struct: StructModel, node: MapNode, diagnostics: Diagnostics): void {
  if (struct.c === undefined) return;
  const span = entryOf(node, "c")?.key.span ?? struct.span;
  diagnostics.error(
    "c-stray",
    span,
    "`c` names the C struct of a schema with `layout: c`; this one has none",
  );
}
