// Layers as `--json` has them: the names of the comparison with tshark, fields of nested structures beside the others.
import type { Header, JsonObject, JsonValue } from "../runtime/index.js";
import { flatFields } from "./json-fields.js";

/** A layer of a packet. */
export interface JsonLayer {
  readonly proto: string;
  /** Of its first byte, from the packet's. */
  readonly offset: number;
  readonly fields: JsonObject;
  /** It was cut off, or its lengths are wrong: `fields` are those that are whole. */
  partial?: true;
  /** What a tunnel carries that `TUNNELS` names. */
  inner?: JsonLayer[];
}

/** Layers that are called otherwise in JSON than in our schemas. */
const LAYER_NAMES: Readonly<Record<string, string>> = {
  icmp: "icmpv4",
  loop: "null_loopback",
  ppp_hdlc: "ppp",
  ppp_compressed: "ppp",
  tcp_start: "tcp",
};

/** Layers without a meaning of their own: their fields, if any, belong to the layer before. */
const PARTS: ReadonlySet<string> = new Set([
  "null_link",
  "pppoe_discovery",
  "snap",
  "raw_ip",
  "ppp_link",
  "ppp_direction",
]);

/** Layers that are one with what follows them. */
const BEGINNINGS: ReadonlySet<string> = new Set(["ppp_hdlc"]);

/** Tunnels that the comparison does not know, and whose content it would take for layers of the packet itself. */
const TUNNELS: ReadonlySet<string> = new Set([
  "erspan",
  "erspan_i",
  "erspan_iii",
  "gtp_u",
  "l2tp",
  "teredo",
  "udp_lite",
]);

/** Fields that are called otherwise in JSON, by layer. */
const FIELD_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  geneve: { opt_len: "options_length" },
  icmp: { extended_sequence_number: "sequence_number" },
  icmpv6: { extended_sequence_number: "sequence_number" },
  linux_sll: { link_layer_address: "address" },
  linux_sll2: { link_layer_address: "address" },
};

/** Values that are no bytes of their own, by layer: the name in JSON, the accessor's member, the field it is part of. */
const DERIVED: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  dhcpv4: [["broadcast", "broadcast", "flags"]],
  ipv6: [["traffic_class", "trafficClass", "ecn"]],
  vxlan: [["vni_present", "vniPresent", "flags"]],
};

/** Changes that depend on values, by layer. */
const REVISIONS: Readonly<Record<string, (fields: JsonObject) => void>> = {
  arp: nameAddresses,
  dhcpv4: keepBootp,
  ethernet: nameLength,
  gre: keepVersion,
  icmpv6: keepRecords("num_records", "records"),
  igmp: keepRecords("num_group_records", "group_records"),
  llc: joinControl,
  vlan: nameLength,
};

/** The layers of a packet that begins at `start`, and what there is of the one that was `cut`. */
export function jsonLayers(headers: readonly Header[], start: number, cut?: Header): JsonLayer[] {
  const layers: JsonLayer[] = [];
  let level = layers;
  let before = "";
  let end = Infinity;
  for (const header of cut === undefined ? headers : [...headers, cut]) {
    if (header.offset >= end) break;
    const { name } = header.layout;
    if (header !== cut && before === "icmp" && isRedirect(layers.at(-1))) {
      end = header.payloadOffset + REDIRECTED_BYTES;
    }
    const last = level.at(-1);
    const isPart = PARTS.has(name) || BEGINNINGS.has(before);
    before = name;
    if (isPart) {
      if (last !== undefined) Object.assign(last.fields, jsonFields(header));
      continue;
    }
    const proto = LAYER_NAMES[name] ?? name;
    const layer: JsonLayer = { proto, offset: header.offset - start, fields: jsonFields(header, end) };
    if (header === cut) {
      if (layers.length === 0 || Object.keys(layer.fields).length === 0) break;
      layer.partial = true;
    }
    level.push(layer);
    if (TUNNELS.has(name)) level = layer.inner = [];
  }
  return layers;
}

/** A redirect tells of a packet by its header and the next 64 bits; what else it may carry is no part of that (RFC 792). */
const REDIRECTED_BYTES = 8;

function isRedirect(layer: JsonLayer | undefined): boolean {
  return layer?.fields["type"] === 5;
}

/** The fields of one layer; `end`: those before it only. */
export function jsonFields(header: Header, end: number = Infinity): JsonObject {
  const { name } = header.layout;
  const fields = flatFields(header, {}, end);
  for (const [from, to] of Object.entries(FIELD_NAMES[name] ?? {})) rename(fields, from, to);
  for (const [key, member, source] of DERIVED[name] ?? []) {
    if (source in fields) fields[key] = (header as unknown as Record<string, JsonValue>)[member] as JsonValue;
  }
  REVISIONS[name]?.(fields);
  return fields;
}

function rename(fields: JsonObject, from: string, to: string): void {
  if (!(from in fields)) return;
  fields[to] = fields[from] as JsonValue;
  delete fields[from];
}

/** The largest length of an IEEE 802.3 frame; above, the field is an EtherType (IEEE 802.3 §3.2.6). */
const MAX_802_3_LENGTH = 1500;

function nameLength(fields: JsonObject): void {
  const { ether_type: value } = fields;
  if (typeof value === "number" && value <= MAX_802_3_LENGTH) rename(fields, "ether_type", "length");
}

/** What tells DHCP from the BOOTP that it grew from, whose last field is the vendor's (RFC 951 §3). */
const DHCP_COOKIE = 0x63825363;

function keepBootp(fields: JsonObject): void {
  if (fields["magic_cookie"] === DHCP_COOKIE) return;
  delete fields["magic_cookie"];
  delete fields["options"];
  delete fields["options_fault"];
}

/** All others have a reserved bit where PPTP's header says that an acknowledgment follows (RFC 2637 §4.1). */
function keepVersion(fields: JsonObject): void {
  const { version, protocol_type: type } = fields;
  if (version === 0 || type !== 0x880b) delete fields["acknowledgment_present"];
}

/** Bytes after so many group records are to be ignored (RFC 9776 §4.2.11, RFC 3810 §5.2.11). */
function keepRecords(count: string, list: string): (fields: JsonObject) => void {
  return (fields) => {
    const { [count]: most, [list]: records } = fields;
    if (typeof most !== "number" || !Array.isArray(records)) return;
    if (records.length >= most) delete fields[`${list}_fault`];
    fields[list] = records.slice(0, most);
  };
}

/** A control field of 16 bits is one number, as it stands (IEEE 802.2 §5.4). */
function joinControl(fields: JsonObject): void {
  const { control, control_extended: second } = fields;
  if (typeof control !== "number" || typeof second !== "number") return;
  fields["control"] = control * 256 + second;
  delete fields["control_extended"];
}

/** Addresses of Ethernet and IPv4 are told as those; any other as the bytes they are. */
function nameAddresses(fields: JsonObject): void {
  const {
    hardware_type: hardware,
    hardware_length: hlen,
    protocol_type: type,
    protocol_length: plen,
  } = fields;
  for (const side of ["sender", "target"]) {
    if ((hardware === 1 || hardware === 6) && hlen === 6) revise(fields, `${side}_hardware_address`, macText);
    if (type === 0x0800 && plen === 4) revise(fields, `${side}_protocol_address`, ipv4Text);
  }
}

function revise(fields: JsonObject, name: string, text: (hex: string) => string): void {
  const value = fields[name];
  if (typeof value === "string") fields[name] = text(value);
}

function macText(hex: string): string {
  return hex.replace(/..(?=.)/g, "$&:");
}

function ipv4Text(hex: string): string {
  return [0, 2, 4, 6].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(".");
}
