import type { Diagnostics } from "./diagnostics.js";
import { didYouMean } from "./diagnostics.js";
import type { DeclaredType } from "./element-type.js";
import type { Attachment, ChecksumModel, FieldModel, SchemaModel, StructModel } from "./layout.js";
import { type Entry, keyText, type MapNode, textOf, valueOf } from "./nodes.js";

/** How many bits each algorithm gives. */
const WIDTHS: Readonly<Record<ChecksumModel["algorithm"], number>> = {
  internet: 16,
  crc32: 32,
  crc32c: 32,
  adler32: 32,
  fletcher16: 16,
  fletcher32: 32,
};

/** What `checksum:` says of a field; the structure of the map is known to be sound. */
export function fieldChecksum(
  entry: Entry,
  map: MapNode | undefined,
  { type, word }: DeclaredType,
  { slot, bitOffset }: Pick<FieldModel, "slot" | "bitOffset">,
  diagnostics: Diagnostics,
): { checksum?: ChecksumModel } {
  const node = map && valueOf(map, "checksum");
  if (node?.kind !== "map") return {};
  const algorithm = textOf(node, "algorithm") as ChecksumModel["algorithm"];
  const checksum: ChecksumModel = {
    algorithm,
    over: textOf(node, "over") as ChecksumModel["over"],
    usesPseudoHeader: valueOf(node, "pseudo_header") !== undefined,
    zeroMeansNone: valueOf(node, "zero_means") !== undefined,
  };
  const refuse = (why: string): void => {
    diagnostics.error("checksum-field", node.entries[0]?.key.span ?? entry.key.span, why);
  };
  const name = JSON.stringify(keyText(entry));
  const width = WIDTHS[algorithm];
  if (type.kind !== "uint" || type.bits !== width || bitOffset % 8 !== 0) {
    refuse(`${algorithm} gives ${width} bits: ${name} must be u${width} and begin a byte, and is ${word}`);
  } else if (algorithm !== "internet" && checksum.usesPseudoHeader) {
    refuse("a pseudo header goes with `algorithm: internet`");
  } else if (wordsOf(algorithm) === 2 && slot === 0 && bitOffset % 16 !== 0) {
    refuse(`${algorithm} sums up 16-bit words, but ${name} begins at ${bitOffset / 8}, in the middle of one`);
  } else return { checksum };
  return {};
}

/** As many bytes as the algorithm takes at a time: its own field must not begin within them. */
function wordsOf(algorithm: ChecksumModel["algorithm"]): number {
  return algorithm === "internet" || algorithm === "fletcher32" ? 2 : 1;
}

/** The fields that `pseudo_header: [src, dst]` names: what checksums of the payload cover of this header. */
export function pseudoHeaderFields(
  root: MapNode,
  fields: readonly FieldModel[],
  diagnostics: Diagnostics,
): { pseudoHeader?: readonly FieldModel[] } {
  const node = valueOf(root, "pseudo_header");
  if (node?.kind !== "list") return {};
  const found = node.items.flatMap((item) => {
    if (item.kind !== "scalar") return [];
    const name = String(item.value);
    const field = fields.find((one) => one.name === name);
    const isSound = field !== undefined && field.slot === 0 && field.bitOffset % 16 === 0;
    if (isSound && field.type.bits % 16 === 0 && field.type.kind !== "span") return field;
    const message =
      field === undefined
        ? `there is no field ${JSON.stringify(name)}`
        : `${JSON.stringify(name)} is not made of whole 16-bit words at a fixed place`;
    const names = fields.map((one) => one.name);
    diagnostics.error("pseudo-header-field", item.span, message, didYouMean(name, names));
    return [];
  });
  return { pseudoHeader: found };
}

/** Every checksum over a pseudo header must have a parent that gives one, and one number to put into it. */
export function checkPseudoHeaders(
  schemas: readonly SchemaModel[],
  attachments: readonly Attachment[],
  diagnostics: Diagnostics,
): void {
  for (const { header, ref } of schemas) {
    const field = header?.fields.find(({ checksum }) => checksum?.usesPseudoHeader === true);
    if (header === undefined || field === undefined || ref.origin !== "own") continue;
    const numbers = pseudoHeaderNumbers(header, attachments);
    if (numbers.length === 1) continue;
    const message =
      numbers.length === 0
        ? `${header.name} is attached to no header that has a \`pseudo_header\``
        : `${header.name} is attached by the numbers ${numbers.join(" and ")}; its pseudo header has room for one`;
    diagnostics.error("pseudo-header-parent", field.span, message);
  }
}

/** The numbers by which headers with a pseudo header lead to `child`: 17 for UDP. */
export function pseudoHeaderNumbers(child: StructModel, attachments: readonly Attachment[]): number[] {
  const leading = attachments.filter(
    (one) => one.child === child && one.condition === undefined && one.parent?.pseudoHeader !== undefined,
  );
  return [...new Set(leading.map(({ value }) => value))];
}
