import type { PcapngOption as OptionHeader } from "../generated/index.js";

/** An option of a pcapng block. */
export interface PcapngOption {
  /** What it is, by the block it stands in. */
  readonly code: number;
  /** A view on the file, valid as long as the block. */
  readonly value: Uint8Array;
}

/** The options from `start` on: up to the one that ends them, or to the first that does not fit before `end`. */
export function readOptions(header: OptionHeader, start: number, end: number): PcapngOption[] {
  const options: PcapngOption[] = [];
  const { view } = header;
  for (let at = start; header.wrap(at, end) === 0;) {
    const { code, length, payloadOffset } = header;
    if (code === 0 || length > end - payloadOffset) break;
    options.push({ code, value: new Uint8Array(view.buffer, view.byteOffset + payloadOffset, length) });
    at = payloadOffset + padded(length);
  }
  return options;
}

/** Rounded up to 4, as every value in a pcapng file is. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

const decoder = new TextDecoder();

/** An option's value as UTF-8 text, up to a zero byte. */
export function optionText({ value }: PcapngOption): string {
  const end = value.indexOf(0);
  return decoder.decode(end < 0 ? value : value.slice(0, end));
}

/** Looks options up by their code. */
export class OptionTable {
  private readonly options: readonly PcapngOption[];
  private readonly littleEndian: boolean;

  constructor(options: readonly PcapngOption[], littleEndian: boolean) {
    this.options = options;
    this.littleEndian = littleEndian;
  }

  text(code: number): string | undefined {
    const option = this.find(code, 0);
    return option && optionText(option);
  }

  texts(code: number): string[] {
    return this.options.filter((option) => option.code === code).map(optionText);
  }

  u8(code: number): number | undefined {
    return this.find(code, 1)?.value[0];
  }

  u64(code: number): bigint | undefined {
    return this.viewOf(code, 8)?.getBigUint64(0, this.littleEndian);
  }

  i64(code: number): bigint | undefined {
    return this.viewOf(code, 8)?.getBigInt64(0, this.littleEndian);
  }

  bytes(code: number): Uint8Array | undefined {
    return this.find(code, 0)?.value;
  }

  private viewOf(code: number, length: number): DataView | undefined {
    const value = this.find(code, length)?.value;
    return value && new DataView(value.buffer, value.byteOffset, value.byteLength);
  }

  private find(code: number, length: number): PcapngOption | undefined {
    return this.options.find((option) => option.code === code && option.value.length >= length);
  }
}
