import { layersText } from "./json-layers.js";
import { takenBytes, withTakenTag } from "./taken-tag.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

/** By link type: bytes before the packet that were never sent. A PPP capture may have the direction there. */
const BYTES_BESIDES: Readonly<Record<number, number>> = { 204: 1 };

/**
 * One JSON object a packet: `n`, `ts`, `caplen`, `len`, `layers` with `proto`, `offset` and `fields`, and the `fault`
 * that ended the decoding. `docs/capture-files.md` describes it.
 */
export class JsonLines implements Formatter {
  readonly head = "";

  format({ n, packet, stack }: PacketView): string {
    const time = packet.hasTime ? `,"ts":"${epochText(packet)}"` : "";
    const besides = BYTES_BESIDES[packet.linkType] ?? 0;
    const origin = packet.dataOffset + besides;
    const layers = withTakenTag(layersText(stack.layers(), origin, stack.cut?.header), packet);
    const error = stack.explain(origin - takenBytes(packet));
    const fault =
      error === undefined ? "" : `,"fault":${JSON.stringify({ code: error.code, message: error.message })}`;
    const more = takenBytes(packet) - besides;
    const lengths = `"caplen":${packet.capturedLength + more},"len":${packet.originalLength + more}`;
    return `{"n":${n}${time},${lengths},"layers":${layers}${fault}}\n`;
  }
}
