import { fieldMeaning, jsonText, type Header } from "../runtime/index.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

/** Every field of every layer, with what its value means. */
export class Tree implements Formatter {
  readonly head = "";

  format({ n, packet, stack }: PacketView): string {
    const time = packet.hasTime ? `, ${epochText(packet)}` : "";
    const cut = packet.truncated ? ` of ${packet.originalLength}` : "";
    const lines = [`packet ${n}: ${packet.capturedLength}${cut} bytes${time}`];
    for (const comment of packet.comments) lines.push(`  comment: ${comment}`);
    for (const header of stack.layers()) lines.push(...layerLines(header, packet.dataOffset, `${header.headerLength} bytes`)); // prettier-ignore
    const { cut: lax } = stack;
    if (lax !== undefined) lines.push(...layerLines(lax.header, packet.dataOffset, "not whole"));
    const payload = stack.payloadEnd - stack.payloadOffset;
    if (payload > 0) lines.push(`  payload: ${payload} bytes at ${stack.payloadOffset - packet.dataOffset}`);
    const error = stack.explain(packet.dataOffset);
    if (error !== undefined) lines.push(`  fault: ${error.message}`);
    return `${lines.join("\n")}\n`;
  }
}

function layerLines(header: Header, origin: number, size: string): string[] {
  const { name, doc, fields } = header.layout;
  const values = Object.entries(header.toJSON());
  const width = Math.max(0, ...values.map(([field]) => field.length));
  return [
    `  ${name} at ${header.offset - origin}, ${size}${doc === undefined ? "" : `: ${doc}`}`,
    ...values.map(([field, value]) => {
      const layout = fields.find((one) => one.name === field);
      return `    ${field.padEnd(width)}  ${jsonText(value)}${layout === undefined ? "" : fieldMeaning(header, layout, value)}`;
    }),
  ];
}
