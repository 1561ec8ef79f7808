import { LinuxSll2, PcapngBlockType, PcapngEnhancedPacketLittle } from "../generated/index.js";
import { padded } from "./pcapng-options.js";
import { writeTime } from "./pcapng-time.js";
import type { RecordablePacket } from "./recordable.js";

/** How packets of an interface are framed. */
export type Framing = "as it is" | "ethernet" | "cooked";

const PACKETS = 1024;
const TAG_BYTES = 4;
const LENGTH_BYTES = 4;
const MAX_PADDING = 3;
/** All that a packet takes beside its own bytes, at most. */
const FRAME_BYTES =
  PcapngEnhancedPacketLittle.MIN_LENGTH + LinuxSll2.MIN_LENGTH + TAG_BYTES + MAX_PADDING + LENGTH_BYTES;
const CUTS_A_PACKET = 3;
const CUT_WORDS = 3;
/** An Ethernet header up to where a tag stands (IEEE 802.1Q §9.3): both addresses. */
const ADDRESSES_BYTES = 12;
const SLL2_ADDRESS_BYTES = 8;

/**
 * Gathers packets as blocks of a pcapng file without touching their bytes: what goes around them is written here, and
 * cuts tell where in it a piece of the source's memory comes. A VLAN tag that the kernel took out goes back to its place.
 */
export class PacketGather {
  private readonly memory: Uint8Array<ArrayBuffer> = new Uint8Array(PACKETS * FRAME_BYTES);
  private readonly view: DataView = new DataView(this.memory.buffer);
  private readonly block: PcapngEnhancedPacketLittle = new PcapngEnhancedPacketLittle(this.view);
  private readonly sll: LinuxSll2 = new LinuxSll2(this.view);
  private readonly words: Uint32Array<ArrayBuffer> = new Uint32Array(PACKETS * CUTS_A_PACKET * CUT_WORDS);
  private at: number = 0;
  private wordAt: number = 0;
  private dataBytes: number = 0;

  /** Whether nothing is gathered. */
  get isEmpty(): boolean {
    return this.at === 0;
  }

  /** Whether another packet may find no room. */
  get isFull(): boolean {
    return this.memory.length - this.at < FRAME_BYTES;
  }

  /** Bytes that the file gets. */
  get bytes(): number {
    return this.at + this.dataBytes;
  }

  /** What goes around the packets. */
  get frames(): Uint8Array {
    return this.memory.subarray(0, this.at);
  }

  /** Where the packets' bytes come: place in `frames`, place in the source's memory, bytes; three numbers a cut. */
  get cuts(): Uint32Array {
    return this.words.subarray(0, this.wordAt);
  }

  /** All in order, as views. */
  *pieces(data: Uint8Array): Generator<Uint8Array, void> {
    let framed = 0;
    for (let i = 0; i < this.wordAt; i += CUT_WORDS) {
      const [end = 0, start = 0, length = 0] = this.words.subarray(i, i + CUT_WORDS);
      yield this.memory.subarray(framed, end);
      yield data.subarray(start, start + length);
      framed = end;
    }
    yield this.memory.subarray(framed, this.at);
  }

  clear(): void {
    this.at = 0;
    this.wordAt = 0;
    this.dataBytes = 0;
  }

  /** Bytes that `add` would take. */
  static bytesOf(packet: RecordablePacket, framing: Framing): number {
    const data = packet.dataEnd - packet.dataOffset + addedBytes(packet, framing);
    return PcapngEnhancedPacketLittle.MIN_LENGTH + padded(data) + LENGTH_BYTES;
  }

  /** Gathers a packet; there must be room. */
  add(packet: RecordablePacket, interfaceIndex: number, framing: Framing): void {
    const { dataOffset, dataEnd } = packet;
    const added = addedBytes(packet, framing);
    const captured = dataEnd - dataOffset + added;
    const total = PcapngEnhancedPacketLittle.MIN_LENGTH + padded(captured) + LENGTH_BYTES;
    this.addHeader(packet, interfaceIndex, captured, packet.originalLength + added, total);
    if (added === 0) this.cut(dataOffset, dataEnd);
    else if (framing === "cooked") this.addCooked(packet);
    else this.addTagged(packet);
    this.memory.fill(0, this.at, this.at + padded(captured) - captured);
    this.at += padded(captured) - captured;
    this.view.setUint32(this.at, total, true);
    this.at += LENGTH_BYTES;
  }

  private addHeader(
    packet: RecordablePacket,
    interfaceIndex: number,
    captured: number,
    original: number,
    total: number,
  ): void {
    const { block } = this;
    block.wrap(this.at, this.memory.length);
    block.blockType = PcapngBlockType.enhancedPacket;
    block.blockTotalLength = total;
    block.interfaceId = interfaceIndex;
    writeTime(block, packet.seconds, packet.nanoseconds);
    block.capturedLength = captured;
    block.originalLength = original;
    this.at += PcapngEnhancedPacketLittle.MIN_LENGTH;
  }

  private addTagged({ dataOffset, dataEnd, vlanTpid, vlanTci }: RecordablePacket): void {
    const tagged = dataOffset + ADDRESSES_BYTES;
    this.cut(dataOffset, tagged);
    this.addTag(vlanTpid, vlanTci);
    this.cut(tagged, dataEnd);
  }

  /** The header of LINKTYPE_LINUX_SLL2, with the sender's address from where the kernel put it; then a tag, if any. */
  private addCooked(packet: RecordablePacket): void {
    const { sender, hasVlan, vlanTpid, vlanTci } = packet;
    const { sll } = this;
    this.memory.fill(0, this.at, this.at + LinuxSll2.MIN_LENGTH);
    sll.wrap(this.at, this.memory.length);
    sll.protocol = hasVlan ? vlanTpid : sender.sllProtocol;
    sll.interfaceIndex = sender.sllIfindex;
    sll.arphrdType = sender.sllHatype;
    sll.packetType = sender.sllPkttype;
    sll.addressLength = sender.sllHalen;
    this.at += LinuxSll2.MIN_LENGTH - SLL2_ADDRESS_BYTES;
    this.cut(sender.sllAddrOffset, sender.sllAddrOffset + SLL2_ADDRESS_BYTES);
    if (hasVlan) this.addTag(vlanTci, sender.sllProtocol);
    this.cut(packet.dataOffset, packet.dataEnd);
  }

  private addTag(first: number, second: number): void {
    this.view.setUint16(this.at, first);
    this.view.setUint16(this.at + 2, second);
    this.at += TAG_BYTES;
  }

  private cut(start: number, end: number): void {
    const { words, wordAt } = this;
    words[wordAt] = this.at;
    words[wordAt + 1] = start;
    words[wordAt + 2] = end - start;
    this.wordAt += CUT_WORDS;
    this.dataBytes += end - start;
  }
}

/** What a packet gets that its bytes do not have. */
function addedBytes({ hasVlan, dataOffset, dataEnd }: RecordablePacket, framing: Framing): number {
  const tag = hasVlan ? TAG_BYTES : 0;
  if (framing === "cooked") return LinuxSll2.MIN_LENGTH + tag;
  return framing === "ethernet" && dataEnd - dataOffset >= ADDRESSES_BYTES ? tag : 0;
}
