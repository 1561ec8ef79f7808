import { CaptureError, type CaptureFile, type CapturePacket } from "zc-gen/files";

/** Bytes put together by hand, in one order: tests must not lean on the code they test. */
export class Bytes {
  private readonly parts: number[] = [];
  private readonly littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  u16(...values: number[]): this {
    for (const value of values) this.number(BigInt(value), 2);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.number(BigInt(value), 4);
    return this;
  }

  u64(...values: bigint[]): this {
    for (const value of values) this.number(BigInt.asUintN(64, value), 8);
    return this;
  }

  raw(bytes: Iterable<number>): this {
    this.parts.push(...bytes);
    return this;
  }

  /** Bytes, padded to 4. */
  padded(bytes: Iterable<number>): this {
    this.raw(bytes);
    while (this.parts.length % 4 !== 0) this.parts.push(0);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.parts);
  }

  private number(value: bigint, bytes: number): void {
    const digits = Array.from({ length: bytes }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
    this.parts.push(...(this.littleEndian ? digits : digits.reverse()));
  }
}

/** A record of a classic pcap: seconds, fraction, bytes, and the original length where it is another. */
export type Record = readonly [seconds: number, fraction: number, bytes: readonly number[], length?: number];

/** A classic pcap. */
export function pcap(
  {
    magic = 0xa1b2c3d4,
    littleEndian = true,
    version = [2, 4],
    linkType = 1,
    extra = [] as number[],
    recordExtra = [] as number[],
  },
  ...records: readonly Record[]
): Uint8Array {
  const bytes = new Bytes(littleEndian)
    .u32(magic)
    .u16(...version)
    .u32(0, 0, 65535, linkType)
    .raw(extra);
  for (const [seconds, fraction, data, length = data.length] of records) {
    const swapped = (version[1] as number) < 3;
    bytes.u32(seconds, fraction, ...(swapped ? [length, data.length] : [data.length, length]));
    if (magic === 0xa1b2cd34) bytes.u32(7).u16(0x0800).raw([4, 0]);
    bytes.raw(recordExtra).raw(data);
  }
  return bytes.done();
}

/** An option of a pcapng block: text, bytes, or a 64-bit number. */
export type Option = readonly [code: number, value: string | readonly number[] | bigint];

/** Blocks of a pcapng file, in one byte order. */
export class Pcapng {
  private readonly littleEndian: boolean;
  private readonly blocks: Uint8Array[] = [];

  constructor(littleEndian: boolean = true) {
    this.littleEndian = littleEndian;
  }

  section(options: readonly Option[] = [], version: readonly [number, number] = [1, 0]): this {
    const body = this.bytes()
      .u32(0x1a2b3c4d)
      .u16(...version)
      .u64(-1n)
      .raw(this.options(options));
    return this.block(0x0a0d0d0a, body.done());
  }

  interface(linkType: number, options: readonly Option[] = [], snaplen: number = 0): this {
    return this.block(1, this.bytes().u16(linkType, 0).u32(snaplen).raw(this.options(options)).done());
  }

  packet(
    interfaceId: number,
    time: bigint,
    data: readonly number[],
    options: readonly Option[] = [],
    length: number = data.length,
  ): this {
    const body = this.bytes()
      .u32(interfaceId, Number(time >> 32n), Number(time & 0xffffffffn), data.length, length)
      .padded(data);
    return this.block(6, body.raw(this.options(options)).done());
  }

  obsoletePacket(interfaceId: number, time: bigint, data: readonly number[]): this {
    const body = this.bytes().u16(interfaceId, 0xffff);
    body.u32(Number(time >> 32n), Number(time & 0xffffffffn), data.length, data.length);
    return this.block(2, body.padded(data).done());
  }

  simplePacket(data: readonly number[], length: number = data.length): this {
    return this.block(3, this.bytes().u32(length).padded(data).done());
  }

  block(type: number, body: Uint8Array): this {
    const length = 12 + body.length;
    this.blocks.push(this.bytes().u32(type, length).done(), body, this.bytes().u32(length).done());
    return this;
  }

  options(options: readonly Option[]): Uint8Array {
    const bytes = this.bytes();
    for (const [code, value] of options) {
      const data = typeof value === "bigint" ? this.bytes().u64(value).done() : bytesOf(value);
      bytes.u16(code, data.length).padded(data);
    }
    return options.length === 0 ? bytes.done() : bytes.u16(0, 0).done();
  }

  bytes(): Bytes {
    return new Bytes(this.littleEndian);
  }

  done(): Uint8Array {
    return concat(...this.blocks);
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function bytesOf(value: string | readonly number[]): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.from(value);
}

/** What a packet says, kept. */
export interface Seen {
  readonly bytes: string;
  readonly time: string;
  readonly length: number;
  readonly linkType: number;
  readonly interface: number;
}

export function seen(packet: CapturePacket): Seen {
  return {
    bytes: Buffer.from(packet.copy()).toString("hex"),
    time: `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`,
    length: packet.originalLength,
    linkType: packet.linkType,
    interface: packet.interfaceIndex,
  };
}

/** All packets of a capture, and the error that ended it. Any other error than a CaptureError is a failed test. */
export async function readAll(file: CaptureFile): Promise<{ packets: Seen[]; error?: CaptureError }> {
  const packets: Seen[] = [];
  try {
    for await (const block of file) for (const packet of block) packets.push(seen(packet));
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { packets, error };
  } finally {
    file.close();
  }
  return { packets };
}
