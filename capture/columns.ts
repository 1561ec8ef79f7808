import type { PacketTest } from "../filter/index.js";
import { Stack } from "../generated/index.js";
import type { Packet } from "../native/index.js";
import { UsageError } from "./options.js";

type Column = (packet: Packet) => string | number | bigint | boolean | undefined;

const OF_PACKET: Readonly<Record<string, Column>> = {
  time: (packet) => `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`,
  length: (packet) => packet.originalLength,
  captured: (packet) => packet.capturedLength,
  interface: (packet) => packet.interfaceIndex,
  vlan: (packet) => (packet.hasVlan ? packet.vlanTci & 0xfff : undefined),
};

/** Prints the fields that were asked for, a line a packet. */
export class Columns {
  private readonly stack: Stack;
  private readonly fields: readonly string[];
  private readonly json: boolean;
  private readonly columns: readonly Column[];

  /** How many packets of the last block were wanted. */
  taken: number = 0;
  private readonly isWanted: PacketTest | undefined;

  /**
   * `stack` stands on the packets' view; `isWanted` decodes with it what it tests. @throws UsageError for a field that is
   * none
   */
  constructor(
    stack: Stack,
    { fields, json }: { readonly fields: readonly string[]; readonly json: boolean },
    isWanted?: PacketTest,
  ) {
    this.isWanted = isWanted;
    this.stack = stack;
    this.fields = fields;
    this.json = json;
    this.columns = fields.map((field) => columnOf(stack, field));
  }

  /** The rows of a block's packets that are wanted, `most` at most, in one piece: one write a block, not a packet. */
  rowsOf(block: Iterable<Packet>, most: number): string {
    const { isWanted, columns } = this;
    this.taken = 0;
    if (columns.length === 0 && isWanted === undefined) return "";
    let text = "";
    for (const packet of block) {
      if (this.taken >= most) break;
      if (isWanted?.(packet) === false) continue;
      this.taken++;
      if (columns.length > 0) text += this.rowOf(packet);
    }
    return text;
  }

  private rowOf(packet: Packet): string {
    const { stack, columns, fields, json } = this;
    stack.decode(packet);
    const values = columns.map((column) => column(packet));
    if (!json) return `${values.map((value) => value ?? "-").join("\t")}\n`;
    return `${JSON.stringify(Object.fromEntries(fields.map((field, i) => [field, values[i] ?? null])))}\n`;
  }
}

/** @throws UsageError for a field that is none, before anything is opened */
export function checkFields(fields: readonly string[]): void {
  new Columns(new Stack(new DataView(new ArrayBuffer(0))), { fields, json: false });
}

/** `ipv4.src`: a field of the innermost header of that name, text where it has a textual form. @throws UsageError */
function columnOf(stack: Stack, field: string): Column {
  const ofPacket = OF_PACKET[field];
  if (ofPacket !== undefined) return ofPacket;
  const [layer = "", name = "", ...more] = field.split(".");
  const headers = stack as unknown as Record<string, Record<string, unknown> | undefined>;
  const header = headers[memberOf(layer)];
  const member = memberOf(name);
  const isField = (key: string): boolean => header !== undefined && hasGetter(header, key);
  if (more.length > 0 || header === undefined || !isField(member)) {
    const known = Object.keys(OF_PACKET).join(", ");
    throw new UsageError(
      `there is no field ${JSON.stringify(field)}: name a layer's, ipv4.src or udp.dst_port, or one of ${known}`,
    );
  }
  const shown = isField(`${member}Text`) ? `${member}Text` : member;
  const { constructor } = header;
  return () => (stack.has(constructor as never) ? (header[shown] as number) : undefined);
}

function hasGetter(object: object, key: string): boolean {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.getOwnPropertyDescriptor(at, key)?.get !== undefined) return true;
  }
  return false;
}

function memberOf(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
