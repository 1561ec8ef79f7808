import {
  fieldToJSON,
  isPresent,
  type DefinedLayout,
  type FieldLayout,
  type Header,
} from "../runtime/index.js";
import { epochText, type Formatter, type PacketView } from "./view.js";

/**
 * One JSON object a packet: `n`, `ts`, `caplen`, `len`, `layers` with `proto`, `offset` and `fields`, and the `fault`
 * that ended the decoding. `docs/capture-files.md` describes it. Written as text at once: an object for each layer and
 * `JSON.stringify` took 1.3 times as long (Node 20.20, x86-64).
 */
export class JsonLines implements Formatter {
  readonly head = "";
  private readonly writers: Map<DefinedLayout, LayerWriter> = new Map<DefinedLayout, LayerWriter>();

  format({ n, packet, stack }: PacketView): string {
    const time = packet.hasTime ? `,"ts":"${epochText(packet)}"` : "";
    const layers = stack.layers().map((header) => this.writerOf(header).text(header, packet.dataOffset));
    const error = stack.explain();
    const fault =
      error === undefined ? "" : `,"fault":${JSON.stringify({ code: error.code, message: error.message })}`;
    const lengths = `"caplen":${packet.capturedLength},"len":${packet.originalLength}`;
    return `{"n":${n}${time},${lengths},"layers":[${layers.join(",")}]${fault}}\n`;
  }

  private writerOf({ layout }: Header): LayerWriter {
    let writer = this.writers.get(layout);
    if (writer === undefined) {
      writer = new LayerWriter(layout);
      this.writers.set(layout, writer);
    }
    return writer;
  }
}

/** Layers that are called otherwise in JSON than in our schemas. */
const LAYER_NAMES: Readonly<Record<string, string>> = { icmp: "icmpv4" };

/** Values that are no bytes of their own, by layer: the name in JSON and the accessor's member. */
const DERIVED: Readonly<Record<string, readonly (readonly [name: string, member: string])[]>> = {
  ipv6: [["traffic_class", "trafficClass"]],
};

/** A member of a layer's object, `"name":value`; empty where the packet has no such field. */
type MemberWriter = (header: Header) => string;

/** Writes the layers of one layout. */
class LayerWriter {
  private readonly head: string;
  private readonly members: readonly MemberWriter[];

  constructor(layout: DefinedLayout) {
    this.head = `{"proto":"${LAYER_NAMES[layout.name] ?? layout.name}","offset":`;
    this.members = [
      ...layout.fields.map((field) => memberWriter(layout, field)),
      ...(DERIVED[layout.name] ?? []).map(([name, member]) => plainWriter(name, member)),
    ];
  }

  text(header: Header, origin: number): string {
    let fields = "";
    for (const member of this.members) {
      const text = member(header);
      if (text !== "") fields += fields === "" ? text : `,${text}`;
    }
    return `${this.head}${header.offset - origin},"fields":{${fields}}}`;
  }
}

function memberWriter(layout: DefinedLayout, field: FieldLayout): MemberWriter {
  const write = valueWriter(field);
  const isLength = (layout.name === "ethernet" || layout.name === "vlan") && field.name === "ether_type";
  if (isLength) return typeOrLength;
  // A field of the fixed part is there whenever the layer is.
  if (field.slot === undefined && field.variable !== true && field.optional !== true) return write;
  return (header) => (isPresent(header, field) ? write(header) : "");
}

function valueWriter(field: FieldLayout): MemberWriter {
  const { name, member, type } = field;
  if (type === "flag" || (/^[ui]\d+$/.test(type) && field.bitWidth <= SAFE_BITS)) {
    return plainWriter(name, member);
  }
  const key = `"${name}":`;
  if (type === "mac_address" || type === "ipv4_address") {
    return (header) => `${key}"${String(memberOf(header, `${member}Text`))}"`;
  }
  return (header) => key + JSON.stringify(fieldToJSON(header, field));
}

const SAFE_BITS = 53;

/** Numbers and booleans are in JSON what they are in text. */
function plainWriter(name: string, member: string): MemberWriter {
  const key = `"${name}":`;
  return (header) => key + String(memberOf(header, member));
}

function memberOf(header: Header, member: string): unknown {
  return (header as unknown as Readonly<Record<string, unknown>>)[member];
}

/** The largest length of an IEEE 802.3 frame; above, the field is an EtherType (IEEE 802.3 §3.2.6). */
const MAX_802_3_LENGTH = 1500;

function typeOrLength(header: Header): string {
  const value = Number(memberOf(header, "etherType"));
  return `"${value <= MAX_802_3_LENGTH ? "length" : "ether_type"}":${value}`;
}
