import type { Header, JsonObject, JsonValue } from "../runtime/index.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

/**
 * One JSON object a packet: `n`, `ts`, `caplen`, `len`, `layers` with `proto`, `offset` and `fields`, and the `fault`
 * that ended the decoding. `docs/capture-files.md` describes it.
 */
export class JsonLines implements Formatter {
  readonly head = "";

  format({ n, packet, stack }: PacketView): string {
    const layers = stack.layers().map((header) => ({
      proto: LAYER_NAMES[header.layout.name] ?? header.layout.name,
      offset: header.offset - packet.dataOffset,
      fields: fieldsOf(header),
    }));
    const error = stack.explain();
    return `${JSON.stringify({
      n,
      ...(packet.hasTime ? { ts: epochText(packet) } : {}),
      caplen: packet.capturedLength,
      len: packet.originalLength,
      layers,
      ...(error === undefined ? {} : { fault: { code: error.code, message: error.message } }),
    })}\n`;
  }
}

/** Layers that are called otherwise in JSON than in our schemas. */
const LAYER_NAMES: Readonly<Record<string, string>> = { icmp: "icmpv4" };

/** Values that are no bytes of their own, by layer: the name in JSON and the accessor's member. */
const DERIVED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  ipv6: [["traffic_class", "trafficClass"]],
};

/** The largest length of an IEEE 802.3 frame; above, the field is an EtherType (IEEE 802.3 §3.2.6). */
const MAX_802_3_LENGTH = 1500;

function fieldsOf(header: Header): JsonObject {
  const fields = header.toJSON();
  const { name } = header.layout;
  for (const [key, member] of DERIVED[name] ?? []) {
    fields[key] = (header as unknown as Record<string, JsonValue>)[member] as JsonValue;
  }
  if (name === "ethernet" || name === "vlan") nameLength(fields);
  return fields;
}

function nameLength(fields: JsonObject): void {
  const { ether_type: value } = fields;
  if (typeof value !== "number" || value > MAX_802_3_LENGTH) return;
  delete fields["ether_type"];
  fields["length"] = value;
}
