import type { HeaderClass } from "zc-gen";
import { Arp, Ethernet, Icmp, Icmpv6, Ipv4, Ipv6, Tcp, Udp, Vlan, type Stack } from "zc-gen/protocols";

/** Packets and bytes of one combination of layers. */
export interface ProtocolCount {
  /** The layers, outermost first: "ethernet / ipv4 / udp". */
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
}

// In the order in which they lie in a packet.
const LAYERS: readonly HeaderClass[] = [Ethernet, Vlan, Arp, Ipv4, Ipv6, Icmp, Icmpv6, Tcp, Udp];
const VLAN_BIT: number = 1 << LAYERS.indexOf(Vlan);

/** Counts packets by the layers they have. Each packet is in one row, so the shares add up. */
export class ProtocolTable {
  private readonly packets: Float64Array = new Float64Array(1 << LAYERS.length);
  private readonly bytes: Float64Array = new Float64Array(1 << LAYERS.length);

  /** `tagged`: the kernel took a VLAN tag out of the packet, which the stack then does not see. */
  add(stack: Stack, tagged: boolean, bytes: number): void {
    let row = tagged ? VLAN_BIT : 0;
    for (let bit = 0; bit < LAYERS.length; bit++) {
      if (stack.has(LAYERS[bit] as HeaderClass)) row |= 1 << bit;
    }
    this.packets[row] = (this.packets[row] as number) + 1;
    this.bytes[row] = (this.bytes[row] as number) + bytes;
  }

  /** The rows with packets, the one with the most first. */
  rows(): ProtocolCount[] {
    const used = [...this.packets.keys()].filter((row) => this.packets[row] !== 0);
    const counts = used.map((row) => ({
      name: rowName(row),
      packets: this.packets[row] as number,
      bytes: this.bytes[row] as number,
    }));
    return counts.sort((a, b) => b.packets - a.packets);
  }
}

function rowName(row: number): string {
  const names = LAYERS.filter((_, bit) => ((row >> bit) & 1) !== 0).map(({ LAYOUT }) => LAYOUT.name);
  return names.length === 0 ? "unknown link layer" : names.join(" / ");
}
