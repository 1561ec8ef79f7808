import { enumLabel, jsonText, type Header } from "../runtime/index.js";
import { jsonFields } from "./json-fields.js";
import { fieldOf, type Formatter, type PacketView } from "./view.js";

/** One line a packet, as tcpdump's users expect it: local time, who talks to whom, what it is. */
export class Line implements Formatter {
  readonly head = "";
  private readonly clock: LocalClock = new LocalClock();

  format({ packet, stack }: PacketView): string {
    const layers = stack.layers();
    const time = packet.hasTime ? this.clock.text(packet.seconds, packet.nanoseconds) : "--:--:--.------";
    const error = stack.explain(packet.dataOffset);
    const fault = error === undefined || error.code === "ERR_ZC_LINK_TYPE" ? "" : ` [${error.message}]`;
    const rest = Math.max(0, stack.payloadEnd - stack.payloadOffset);
    const text = describe(layers, rest) ?? `link type ${packet.linkType}, length ${packet.capturedLength}`;
    return `${time} ${text}${fault}\n`;
  }
}

/** Hours to microseconds, local time; what stays the same within a second is worked out once. */
class LocalClock {
  private second: number = -1;
  private prefix: string = "";

  text(seconds: number, nanoseconds: number): string {
    if (seconds !== this.second) {
      this.second = seconds;
      const date = new Date(seconds * 1000);
      const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
      this.prefix = parts.map((part) => String(part).padStart(2, "0")).join(":");
    }
    return `${this.prefix}.${String(Math.floor(nanoseconds / 1000)).padStart(6, "0")}`;
  }
}

/** `undefined` when no layer was found. */
function describe(layers: readonly Header[], payload: number): string | undefined {
  const last = layers.at(-1);
  if (last === undefined) return undefined;
  const tags = layers.filter(({ layout }) => layout.name === "vlan").map(tagText);
  const ip = layers.findLast(isIp);
  if (ip === undefined) return tags.join("") + withoutIp(layers, last, payload);
  const above = layers.slice(layers.indexOf(ip) + 1);
  const transport = above.find((header) => fieldOf(header, "src_port") !== undefined);
  const port = (side: string): string =>
    transport === undefined ? "" : `.${textOf(transport, `${side}_port`)}`;
  const name = ip.layout.name === "ipv6" ? "IP6" : "IP";
  const ends = `${textOf(ip, "src")}${port("src")} > ${textOf(ip, "dst")}${port("dst")}`;
  return `${tags.join("")}${name} ${ends}: ${aboveIp(ip, above, payload)}, length ${payload}`;
}

function isIp({ layout }: Header): boolean {
  return layout.name === "ipv4" || layout.name === "ipv6";
}

function tagText(header: Header): string {
  return `vlan ${textOf(header, "vid")}, p ${textOf(header, "pcp")}, `;
}

function aboveIp(ip: Header, above: readonly Header[], payload: number): string {
  if (above.length === 0) {
    const label = labelOf(ip, "protocol") ?? labelOf(ip, "next_header") ?? "ip";
    const offset = fieldOf(ip, "fragment_offset");
    return typeof offset === "number" && offset > 0 ? `${label} fragment at ${offset * 8}` : label;
  }
  return above.map((header) => (WORDS[header.layout.name] ?? plain)(header, payload)).join(", ");
}

function withoutIp(layers: readonly Header[], last: Header, payload: number): string {
  const words = WORDS[last.layout.name];
  if (words !== undefined) return words(last, payload);
  const type = labelOf(last, "ether_type");
  const ends =
    layers[0]?.layout.name === "ethernet"
      ? `${textOf(layers[0], "src")} > ${textOf(layers[0], "dst")}, `
      : "";
  const what =
    type ?? (last.layout.name === "vlan" || last.layout.name === "ethernet" ? etherType(last) : plain(last));
  return `${ends}${what}, length ${payload}`;
}

function etherType(header: Header): string {
  const value = fieldOf(header, "ether_type");
  if (typeof value !== "number") return header.layout.name;
  return value <= 1500 ? "802.3" : `ethertype 0x${value.toString(16).padStart(4, "0")}`;
}

/** What to say of a layer, where there is more to say than its fields. */
const WORDS: Readonly<Record<string, (header: Header, payload: number) => string>> = {
  udp: () => "UDP",
  tcp: tcpText,
  icmp: (header) => `ICMP ${messageText(header)}`,
  icmpv6: (header) => `ICMP6 ${messageText(header)}`,
  arp: arpText,
};

function messageText(header: Header): string {
  return `${labelOf(header, "type") ?? `type ${textOf(header, "type")}`}, code ${textOf(header, "code")}`;
}

const TCP_FLAGS = [["fin", "F"], ["syn", "S"], ["rst", "R"], ["psh", "P"], ["ack", "."], ["urg", "U"], ["ece", "E"], ["cwr", "W"]] as const; // prettier-ignore

function tcpText(header: Header, payload: number): string {
  const flags = TCP_FLAGS.filter(([name]) => fieldOf(header, name) === true).map(([, letter]) => letter);
  const seq = Number(fieldOf(header, "sequence_number"));
  const range = payload > 0 ? `${seq}:${(seq + payload) % 2 ** 32}` : String(seq);
  const ack = fieldOf(header, "ack") === true ? `, ack ${textOf(header, "acknowledgment_number")}` : "";
  return `Flags [${flags.join("") || "none"}], seq ${range}${ack}, win ${textOf(header, "window")}`;
}

function arpText(header: Header): string {
  const fields = jsonFields(header);
  const operation = fields["operation"];
  const [sender, target, hardware] = [
    "sender_protocol_address",
    "target_protocol_address",
    "sender_hardware_address",
  ].map((name) => jsonText(fields[name] ?? "?"));
  if (operation === 1) return `ARP, Request who-has ${target} tell ${sender}`;
  if (operation === 2) return `ARP, Reply ${sender} is-at ${hardware}`;
  return `ARP, ${labelOf(header, "operation") ?? `operation ${textOf(header, "operation")}`}`;
}

const MOST_FIELDS = 6;

/** A layer that nobody wrote words for, a user's own say: its name and its first fields. */
function plain(header: Header): string {
  const values = Object.entries(header.toJSON())
    .filter(([, value]) => typeof value !== "object")
    .slice(0, MOST_FIELDS);
  return [header.layout.name, ...values.map(([name, value]) => `${name} ${labelOf(header, name) ?? jsonText(value)}`)].join(" "); // prettier-ignore
}

function textOf(header: Header, name: string): string {
  const value = fieldOf(header, name);
  return value === undefined ? "?" : jsonText(value);
}

/** What an enum calls a field's value. */
function labelOf(header: Header, name: string): string | undefined {
  const value = fieldOf(header, name);
  if (typeof value !== "number") return undefined;
  const names = header.layout.fields.find((field) => field.name === name)?.enum;
  return names && enumLabel(names, value);
}
