import {
  PcapngBlockType,
  PcapngCustom,
  PcapngDecryptionSecrets,
  PcapngInterfaceDescription,
  PcapngInterfaceStatistics,
  PcapngOption as OptionHeader,
  PcapngSectionHeader,
} from "../generated/index.js";
import { formatIpv4, formatIpv6 } from "../runtime/index.js";
import type { CaptureInterface, ClockedInterface } from "./capture-interface.js";
import { OptionTable, padded, readOptions, type PcapngOption } from "./pcapng-options.js";
import { MICROSECONDS } from "./timestamp.js";

/** What a section header says. */
export interface SectionInfo {
  readonly kind: "section";
  /** Of the block, in bytes from the start of the file. */
  readonly offset: number;
  readonly littleEndian: boolean;
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly hardware?: string;
  readonly os?: string;
  readonly application?: string;
  readonly comments: readonly string[];
}

/** Names that a name resolution block gives to an address. */
export interface ResolvedName {
  /** IPv4 or IPv6, as text. */
  readonly address: string;
  readonly names: readonly string[];
}

/** Counts of an interface; what the file does not say is left out. */
export interface InterfaceCounts {
  /** Received by the interface, since the capture began. */
  readonly received?: bigint;
  /** Dropped by the interface for want of room. */
  readonly dropped?: bigint;
  /** Accepted by the capture filter. */
  readonly accepted?: bigint;
  /** Dropped by the operating system. */
  readonly osDropped?: bigint;
  /** Given to the user. */
  readonly delivered?: bigint;
}

/** A block of a pcapng file that is no packet. Bytes are views on the file, valid until the callback returns. */
export type PcapngInfo =
  | SectionInfo
  | { readonly kind: "interface"; readonly offset: number; readonly interface: CaptureInterface }
  | {
      readonly kind: "names";
      readonly offset: number;
      readonly names: readonly ResolvedName[];
      /** The name server that was asked, where the file says it. */
      readonly server?: string;
    }
  | {
      readonly kind: "statistics";
      readonly offset: number;
      readonly interfaceIndex: number;
      readonly seconds: number;
      readonly nanoseconds: number;
      readonly counts: InterfaceCounts;
      readonly comments: readonly string[];
    }
  | { readonly kind: "secrets"; readonly offset: number; readonly type: number; readonly bytes: Uint8Array }
  | {
      readonly kind: "custom";
      readonly offset: number;
      /** IANA Private Enterprise Number. */
      readonly enterprise: number;
      /** Whether others may copy it to another file. */
      readonly copyable: boolean;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "other"; readonly offset: number; readonly type: number; readonly bytes: Uint8Array };

const OPT_COMMENT = 1;

/** Reads the blocks that are no packets, in one byte order. */
export class InfoReader {
  private readonly view: DataView;
  private readonly littleEndian: boolean;
  private readonly section: PcapngSectionHeader;
  private readonly description: PcapngInterfaceDescription;
  private readonly statistics: PcapngInterfaceStatistics;
  private readonly secrets: PcapngDecryptionSecrets;
  private readonly custom: PcapngCustom;
  private readonly option: OptionHeader;

  constructor(view: DataView, order: "big" | "little") {
    this.view = view;
    this.littleEndian = order === "little";
    this.section = new PcapngSectionHeader[order](view);
    this.description = new PcapngInterfaceDescription[order](view);
    this.statistics = new PcapngInterfaceStatistics[order](view);
    this.secrets = new PcapngDecryptionSecrets[order](view);
    this.custom = new PcapngCustom[order](view);
    this.option = new OptionHeader[order](view);
  }

  /** The options between two places. */
  optionsOf(start: number, end: number): PcapngOption[] {
    return readOptions(this.option, start, end);
  }

  /** The section header of the block in `[at, end)`; `end` comes before the second length. */
  readSection(at: number, end: number, offset: number): SectionInfo | undefined {
    if (this.section.wrap(at, end) !== 0) return undefined;
    const options = this.options(this.section.payloadOffset, end);
    return {
      kind: "section",
      offset,
      littleEndian: this.littleEndian,
      majorVersion: this.section.majorVersion,
      minorVersion: this.section.minorVersion,
      ...present({
        hardware: options.text(2),
        os: options.text(3),
        application: options.text(4),
      }),
      comments: options.texts(OPT_COMMENT),
    };
  }

  /** The interface that the block in `[at, end)` describes, `index` in its section. */
  readInterface(at: number, end: number, index: number): CaptureInterface | undefined {
    if (this.description.wrap(at, end) !== 0) return undefined;
    const options = this.options(this.description.payloadOffset, end);
    const filter = options.bytes(11);
    return {
      index,
      linkType: this.description.linkType,
      snaplen: this.description.snaplen,
      timeResolution: options.u8(9) ?? MICROSECONDS,
      timeOffset: Number(options.i64(14) ?? 0n),
      ...present({
        name: options.text(2),
        description: options.text(3),
        os: options.text(12),
        hardware: options.text(15),
        speed: options.u64(8),
        fcsLength: options.u8(13),
        filter: filter?.[0] === 0 ? new TextDecoder().decode(filter.slice(1)) : undefined,
        comments: nonEmpty(options.texts(OPT_COMMENT)),
      }),
    };
  }

  /** Any other block; `undefined` when it is too short to be what its type says. */
  readOther(
    type: number,
    at: number,
    end: number,
    offset: number,
    interfaces: readonly ClockedInterface[],
  ): PcapngInfo | undefined {
    switch (type) {
      case PcapngBlockType.nameResolution:
        return this.readNames(at + 8, end, offset);
      case PcapngBlockType.interfaceStatistics:
        return this.readStatistics(at, end, offset, interfaces);
      case PcapngBlockType.decryptionSecrets:
        return this.readSecrets(at, end, offset);
      case PcapngBlockType.custom:
      case PcapngBlockType.privateCustom:
        return this.readCustom(type, at, end, offset);
      default:
        return { kind: "other", offset, type, bytes: this.bytes(at + 8, end) };
    }
  }

  private options(start: number, end: number): OptionTable {
    return new OptionTable(this.optionsOf(start, end), this.littleEndian);
  }

  private readNames(start: number, end: number, offset: number): PcapngInfo {
    const names: ResolvedName[] = [];
    let at = start;
    while (this.option.wrap(at, end) === 0) {
      const { code, length, payloadOffset } = this.option;
      if (length > end - payloadOffset) break;
      at = payloadOffset + padded(length);
      if (code === 0) break;
      const name = resolvedName(code, this.bytes(payloadOffset, payloadOffset + length));
      if (name !== undefined) names.push(name);
    }
    return { kind: "names", offset, names, ...present({ server: this.options(at, end).text(2) }) };
  }

  private readStatistics(
    at: number,
    end: number,
    offset: number,
    interfaces: readonly ClockedInterface[],
  ): PcapngInfo | undefined {
    if (this.statistics.wrap(at, end) !== 0) return undefined;
    const { interfaceId, timestampHigh, timestampLow, payloadOffset } = this.statistics;
    const clock = interfaces[interfaceId]?.clock;
    const options = this.options(payloadOffset, end);
    return {
      kind: "statistics",
      offset,
      interfaceIndex: interfaceId,
      seconds: clock?.seconds(timestampHigh, timestampLow) ?? 0,
      nanoseconds: clock?.nanoseconds(timestampHigh, timestampLow) ?? 0,
      counts: present({
        received: options.u64(4),
        dropped: options.u64(5),
        accepted: options.u64(6),
        osDropped: options.u64(7),
        delivered: options.u64(8),
      }),
      comments: options.texts(OPT_COMMENT),
    };
  }

  private readSecrets(at: number, end: number, offset: number): PcapngInfo | undefined {
    if (this.secrets.wrap(at, end) !== 0) return undefined;
    const { secretsType, secretsLength, payloadOffset } = this.secrets;
    if (secretsLength > end - payloadOffset) return undefined;
    const bytes = this.bytes(payloadOffset, payloadOffset + secretsLength);
    return { kind: "secrets", offset, type: secretsType, bytes };
  }

  private readCustom(type: number, at: number, end: number, offset: number): PcapngInfo | undefined {
    if (this.custom.wrap(at, end) !== 0) return undefined;
    const bytes = this.bytes(this.custom.payloadOffset, end);
    const copyable = type === PcapngBlockType.custom;
    return { kind: "custom", offset, enterprise: this.custom.enterpriseNumber, copyable, bytes };
  }

  private bytes(start: number, end: number): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, end - start);
  }
}

const NRB_RECORD_IPV4 = 1;
const NRB_RECORD_IPV6 = 2;

function resolvedName(code: number, value: Uint8Array): ResolvedName | undefined {
  const bytes = code === NRB_RECORD_IPV4 ? 4 : code === NRB_RECORD_IPV6 ? 16 : 0;
  if (bytes === 0 || value.length < bytes) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, bytes);
  const address = bytes === 4 ? formatIpv4(view.getUint32(0)) : formatIpv6(value.subarray(0, 16));
  const text = new TextDecoder().decode(value.slice(bytes));
  return { address, names: text.split("\0").filter((name) => name !== "") };
}

function nonEmpty(texts: string[]): string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
