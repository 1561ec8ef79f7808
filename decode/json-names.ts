// What `--json` calls otherwise than our schemas: the names of the comparison with tshark.
import type { Arp } from "../generated/index.js";

/** Layers that are called otherwise in JSON than in our schemas. */
export const LAYER_NAMES: Readonly<Record<string, string>> = {
  icmp: "icmpv4",
  loop: "null_loopback",
  ppp_hdlc: "ppp",
  ppp_compressed: "ppp",
  tcp_start: "tcp",
};

/** Layers without a meaning of their own: their fields, if any, belong to the layer before. */
export const PARTS: ReadonlySet<string> = new Set([
  "null_link",
  "pppoe_discovery",
  "snap",
  "raw_ip",
  "ppp_link",
  "ppp_direction",
]);

/** Layers that are one with what follows them. */
export const BEGINNINGS: ReadonlySet<string> = new Set(["ppp_hdlc"]);

/** Tunnels that the comparison does not know, and whose content it would take for layers of the packet itself. */
export const TUNNELS: ReadonlySet<string> = new Set([
  "erspan",
  "erspan_i",
  "erspan_iii",
  "gtp_u",
  "l2tp",
  "teredo",
  "udp_lite",
]);

/** Fields that are called otherwise in JSON, by layer. */
export const FIELD_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  geneve: { opt_len: "options_length" },
  icmp: { extended_sequence_number: "sequence_number" },
  icmpv6: { extended_sequence_number: "sequence_number" },
  linux_sll: { link_layer_address: "address" },
  linux_sll2: { link_layer_address: "address" },
};

/** Values that are no bytes of their own, by layer: the name in JSON, the accessor's member, the field it is part of. */
export const DERIVED: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  coap_option: [["number", "number", "delta"]],
  dhcpv4: [["broadcast", "broadcast", "flags"]],
  ipv6: [["traffic_class", "trafficClass", "ecn"]],
  vxlan: [["vni_present", "vniPresent", "flags"]],
};

/** The largest length of an IEEE 802.3 frame; above, the field is an EtherType (IEEE 802.3 §3.2.6). */
const MAX_802_3_LENGTH = 1500;

const lengthOr = (name: string, value: unknown): string =>
  typeof value === "number" && value <= MAX_802_3_LENGTH ? "length" : name;

/** Last fields of a layer whose name depends on their value. */
export const LAST_NAMES: Readonly<Record<string, Readonly<Record<string, typeof lengthOr>>>> = {
  ethernet: { ether_type: lengthOr },
  vlan: { ether_type: lengthOr },
};

/** What bytes are told as. */
export type BytesForm = "hex" | "mac" | "ipv4";

const arpHardware = ({ hardwareType, hardwareLength }: Arp): BytesForm =>
  (hardwareType === 1 || hardwareType === 6) && hardwareLength === 6 ? "mac" : "hex";

const arpProtocol = ({ protocolType, protocolLength }: Arp): BytesForm =>
  protocolType === 0x0800 && protocolLength === 4 ? "ipv4" : "hex";

/** Addresses of Ethernet and IPv4 are told as those; any other as the bytes they are. */
export const BYTES_FORMS: Readonly<Record<string, Readonly<Record<string, (header: never) => BytesForm>>>> = {
  arp: {
    sender_hardware_address: arpHardware,
    sender_protocol_address: arpProtocol,
    target_hardware_address: arpHardware,
    target_protocol_address: arpProtocol,
  },
};

/** What of a list's element is called otherwise in JSON. */
export interface ElementNames {
  /** A tag of several fields, as one number. */
  readonly tag?: string;
  /** The bytes of the value; `data` where nothing is said. */
  readonly value?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** A value that is longer than its kind has it is only bytes. */
  readonly exact?: true;
  /** Tags without a meaning, of which a row of them is one item. */
  readonly filler?: number;
}

/** By the layout of the element. */
export const ELEMENT_NAMES: Readonly<Record<string, ElementNames>> = {
  dhcpv4_option: { filler: 0 },
  ipv4_option: { tag: "type" },
  lldp_tlv: { value: "value" },
  nd_option: { fields: { address_prefix: "prefix" } },
  pppoe_tag: { value: "value" },
  tcp_option: { exact: true },
};
