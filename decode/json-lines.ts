import { jsonLayers } from "./json-layers.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

/**
 * One JSON object a packet: `n`, `ts`, `caplen`, `len`, `layers` with `proto`, `offset` and `fields`, and the `fault`
 * that ended the decoding. `docs/capture-files.md` describes it.
 */
export class JsonLines implements Formatter {
  readonly head = "";

  format({ n, packet, stack }: PacketView): string {
    const time = packet.hasTime ? `,"ts":"${epochText(packet)}"` : "";
    const layers = JSON.stringify(jsonLayers(stack.layers(), packet.dataOffset));
    const error = stack.explain();
    const fault =
      error === undefined ? "" : `,"fault":${JSON.stringify({ code: error.code, message: error.message })}`;
    const lengths = `"caplen":${packet.capturedLength},"len":${packet.originalLength}`;
    return `{"n":${n}${time},${lengths},"layers":${layers}${fault}}\n`;
  }
}
