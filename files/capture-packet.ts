import { PARKED, type PacketBounds } from "../runtime/index.js";
import type { CaptureFormat } from "./capture-format.js";
import type { CaptureInterface } from "./capture-interface.js";
import { CaptureError } from "./errors.js";
import { optionText, type PcapngOption } from "./pcapng-options.js";

const OPT_COMMENT = 1;

/** A packet with bytes of its own. */
export interface PacketCopy {
  readonly bytes: Uint8Array;
  /** LINKTYPE_* number: 1 is Ethernet. */
  readonly linkType: number;
  /** Seconds since 1970, and nanoseconds within the second; 0 where the file has no time. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Bytes the packet had on the wire. */
  readonly originalLength: number;
}

/**
 * A packet of a capture file: where its bytes lie, and what its record says, read in place.
 *
 * One object serves all packets of a block: it is valid until the loop goes on, and reading it after the block's
 * release throws. Keep `copy()`, not the packet.
 */
export class CapturePacket implements PacketBounds {
  /** LINKTYPE_* number: 1 is Ethernet. */
  linkType: number = -1;
  /** The first byte, from the start of the file's view. */
  dataOffset: number = PARKED;
  /** One past the last captured byte. */
  dataEnd: number = PARKED;
  /** Where its record begins, in bytes from the start of the file. */
  fileOffset: number = 0;
  private readonly view: DataView;
  private readonly format: CaptureFormat;

  /** @internal */
  constructor(view: DataView, format: CaptureFormat) {
    this.view = view;
    this.format = format;
  }

  /** Captured bytes. */
  get capturedLength(): number {
    this.requireHere();
    return this.dataEnd - this.dataOffset;
  }

  /** Bytes the packet had on the wire, or in the stack when segmentation is offloaded. */
  get originalLength(): number {
    return this.format.originalLength();
  }

  /** Whether fewer bytes were captured than the packet had. */
  get truncated(): boolean {
    return this.capturedLength < this.originalLength;
  }

  /** Seconds since 1970; 0 where the file has no time. */
  get seconds(): number {
    return this.format.seconds();
  }

  /** Nanoseconds within the second, 0 to 999,999,999; 0 where the file has no time. */
  get nanoseconds(): number {
    return this.format.nanoseconds();
  }

  /** Whether its record has a time: a simple packet block of a pcapng file has none. */
  get hasTime(): boolean {
    return this.format.hasTime();
  }

  /** Place of its interface in the file's section. */
  get interfaceIndex(): number {
    return this.format.interfaceOf().index;
  }

  /** The interface it was captured on. */
  get interface(): CaptureInterface {
    return this.format.interfaceOf();
  }

  /** Its comments, in a pcapng file. Makes an array: ask when needed. */
  get comments(): string[] {
    return this.options()
      .filter(({ code }) => code === OPT_COMMENT)
      .map(optionText);
  }

  /** The options of its record, in a pcapng file: codes of draft-ietf-opsawg-pcapng §4.3. Values are views on the file. */
  options(): PcapngOption[] {
    return this.format.options();
  }

  /** The packet's bytes, to keep. @throws CaptureError after the block's release. */
  copy(): Uint8Array {
    this.requireHere();
    const { buffer, byteOffset } = this.view;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset + this.dataOffset, this.capturedLength).slice();
  }

  /** @internal */
  place(start: number, end: number, linkType: number, fileOffset: number): void {
    this.dataOffset = start;
    this.dataEnd = end;
    this.linkType = linkType;
    this.fileOffset = fileOffset;
  }

  /** @internal Makes every later read throw. */
  park(): void {
    this.dataOffset = PARKED;
    this.dataEnd = PARKED;
    this.format.park();
  }

  private requireHere(): void {
    if (this.dataOffset < 0) throw releasedError("this packet's block was released");
  }
}

/** What to say when something is used after its block was released. */
export function releasedError(message: string): CaptureError {
  return new CaptureError(message, {
    code: "ERR_CAPTURE_RELEASED",
    hint: "use it inside the loop; packet.copy() keeps bytes",
  });
}
