import { SockaddrIn, SockaddrIn6 } from "../generated/index.js";
import { parseIpv4, parseIpv6 } from "../runtime/index.js";
import type { NativeDatagrams, NativeSlots, NativeUdp } from "./binding.js";
import { buildFilter, type BpfInstruction } from "./filter.js";
import { AF_INET, AF_INET6, alignUp, SOCKADDR_LL_AT } from "./if-packet.js";
import { findInterface } from "./interfaces.js";
import { checkBoolean, checkInteger, checkNames, configError } from "./option-checks.js";
import {
  checkReceive,
  RECEIVE_OPTIONS,
  type CheckedReceive,
  type ReceiveOptions,
} from "./receive-options.js";
import {
  checkLimits,
  checkSignal,
  MAX_RING_BYTES,
  type CommonLimits,
  type CommonRingOptions,
} from "./ring-limits.js";

/** Options of slots: messages are received into memory that was mapped once, a batch a system call. */
export interface SlotOptions extends Omit<CommonRingOptions, "blockBytes"> {
  /** Messages that one system call takes at most: they are a block. Default 64. */
  readonly batch?: number;
  /** Bytes of a packet that are kept. Default 2048; 65536 with `segments`. */
  readonly dataBytes?: number;
  /** Slots begin at multiples of this: 64 or more, a power of two. Default 64, a cache line. */
  readonly slotAlign?: number;
  /** The socket's own queue, in bytes (SO_RCVBUF; at most net.core.rmem_max). Default: the system's. */
  readonly receiveBuffer?: number;
}

/** Options of `DatagramSource.onInterface`. */
export interface InterfaceDatagramOptions extends SlotOptions, ReceiveOptions {}

/** Options of `DatagramSource.onUdp`. */
export interface UdpOptions extends SlotOptions {
  /** The port to listen on; 0 lets the system choose, and `source.port` tells. */
  readonly port: number;
  /** The address to listen on. Default "::", all of IPv6 and IPv4. */
  readonly address?: string;
  /** Multicast groups to join. */
  readonly groups?: readonly string[];
  /** The interface to join them on. Default: what the routing table says. */
  readonly interface?: string;
  /** Lets others listen on the same port. Default false. */
  readonly reuseAddress?: boolean;
  /** With an IPv6 address: leaves IPv4 out. Default false. */
  readonly onlyV6?: boolean;
  /** Takes datagrams of one sender that the stack put together (UDP_GRO) in one piece; each is still its own packet. */
  readonly segments?: boolean;
  /** Classic BPF over the UDP header and what follows; what it refuses counts as dropped. */
  readonly filter?: readonly BpfInstruction[];
  /** LINKTYPE_* number for `Stack`: whose `link_type` your own schema attaches to. Default -1, none. */
  readonly linkType?: number;
  /** Closes the source, last packets delivered, when it aborts. */
  readonly signal?: AbortSignal;
}

const SLOT_OPTIONS = [
  "blocks",
  "maxLeases",
  "turnBudgetMs",
  "drainTimeoutMs",
  "batch",
  "dataBytes",
  "slotAlign",
  "receiveBuffer",
];
const UDP_OPTIONS = [
  ...SLOT_OPTIONS,
  "port",
  "address",
  "groups",
  "interface",
  "reuseAddress",
  "onlyV6",
  "segments",
  "filter",
  "linkType",
  "signal",
];

// native/src/datagram_slots.cc: a block's description, a header with its address, and the most that Linux puts together.
const DESC_BYTES = 64;
const HEADER_STEP = SOCKADDR_LL_AT + 32;
const MAX_SEGMENTS = 64;
/** A copied last segment: shorter than the headers of all. */
const TAIL_ROOM = 8192;
const CACHE_LINE = 64;
const ETHERNET_HEADER = 14;

/** What a source on slots is opened with, checked. */
export interface SlotRequest extends CommonLimits {
  readonly slots: NativeSlots;
  readonly signal: AbortSignal | undefined;
}

/** The same on an interface. */
export interface InterfaceDatagramRequest extends SlotRequest {
  readonly receive: CheckedReceive;
  readonly native: NativeDatagrams;
}

/** The same on a UDP socket. */
export interface UdpRequest extends SlotRequest {
  readonly native: NativeUdp;
  readonly title: string;
  readonly linkType: number;
}

/** Checks everything before the socket is opened. @throws RingConfigError, InterfaceNotFoundError */
export function checkInterfaceDatagrams(options: InterfaceDatagramOptions): InterfaceDatagramRequest {
  checkNames(options, [...SLOT_OPTIONS, ...RECEIVE_OPTIONS]);
  const receive = checkReceive(options);
  const limits = checkSlots(options, false, receive.cooked ? 0 : ETHERNET_HEADER);
  if (options.timestamps === "hardware") {
    throw configError(
      "timestamps",
      options.timestamps,
      '"copy" or "software" here: only a ring gives the card\'s',
    );
  }
  const native = { ...receive.native, receiveBuffer: checkReceiveBuffer(options.receiveBuffer) };
  return { ...limits, receive, native, signal: receive.signal };
}

/** Checks everything before the socket is opened. @throws RingConfigError, InterfaceNotFoundError */
export function checkUdp(options: UdpOptions): UdpRequest {
  checkNames(options, UDP_OPTIONS);
  const segments = checkBoolean("segments", options.segments ?? false);
  const port = checkInteger("port", options.port, { min: 0, max: 0xffff });
  const address = options.address ?? "::";
  const groups = options.groups ?? [];
  return {
    ...checkSlots(options, segments, 0),
    native: {
      address: socketAddress("address", address, port),
      groups: groups.map((group, index) => groupAddress(`groups[${index}]`, group, address)),
      interfaceIndex: options.interface === undefined ? 0 : findInterface(options.interface).index,
      reuseAddress: checkBoolean("reuseAddress", options.reuseAddress ?? false),
      onlyV6: checkBoolean("onlyV6", options.onlyV6 ?? false),
      segments,
      receiveBuffer: checkReceiveBuffer(options.receiveBuffer),
      filter: buildFilter(options.filter, undefined),
    },
    signal: checkSignal(options.signal),
    title: `DatagramSource on ${address.includes(":") ? `[${address}]` : address}:${port}`,
    linkType: checkInteger("linkType", options.linkType ?? -1, { min: -1, max: 0xffff }),
  };
}

function checkReceiveBuffer(bytes: number | undefined): number {
  return bytes === undefined ? 0 : checkInteger("receiveBuffer", bytes, { min: 2048, max: MAX_RING_BYTES });
}

/** Places the slots: each with room for its headers before the data, all aligned. */
function checkSlots(
  options: SlotOptions,
  segments: boolean,
  frameHeader: number,
): Omit<SlotRequest, "signal"> {
  const slotAlign = checkInteger("slotAlign", options.slotAlign ?? CACHE_LINE, {
    min: CACHE_LINE,
    max: 65_536,
  });
  if ((slotAlign & (slotAlign - 1)) !== 0) throw configError("slotAlign", slotAlign, "a power of two");
  const batch = checkInteger("batch", options.batch ?? 64, { min: 1, max: 1024, why: "what recvmmsg takes" });
  const dataBytes = checkInteger("dataBytes", options.dataBytes ?? (segments ? 65_536 : 2048), {
    min: 64,
    max: 262_144,
  });
  // A frame's link-layer header comes before a cache line, its network header on it.
  const headers = segments ? CACHE_LINE + MAX_SEGMENTS * HEADER_STEP : HEADER_STEP + frameHeader;
  const headroom = alignUp(headers, CACHE_LINE) - frameHeader;
  const slotBytes = alignUp(headroom + dataBytes + (segments ? TAIL_ROOM : 0), slotAlign);
  const tailroom = slotBytes - headroom - dataBytes;
  const blockBytes = alignUp(DESC_BYTES + batch * slotBytes, slotAlign);
  const limits = checkLimits({ ...options, blockBytes }, { blockBytes, blocks: 8, pageBytes: CACHE_LINE });
  return {
    ...limits,
    slots: {
      blocks: limits.blocks,
      blockBytes,
      batch,
      slotBytes,
      headroom,
      tailroom,
      maxSegments: segments ? MAX_SEGMENTS : 0,
    },
  };
}

/** A struct sockaddr_in or sockaddr_in6. @throws RingConfigError */
function socketAddress(option: string, address: string, port: number): Uint8Array {
  try {
    return address.includes(":") ? ipv6Address(address, port) : ipv4Address(address, port);
  } catch {
    throw configError(option, address, 'an IP address as text: "0.0.0.0", "::1"');
  }
}

function ipv4Address(address: string, port: number): Uint8Array {
  const bytes = new Uint8Array(SockaddrIn.MIN_LENGTH);
  const struct = new SockaddrIn(new DataView(bytes.buffer));
  struct.wrap(0, bytes.length);
  struct.sinFamily = AF_INET;
  struct.sinPort = port;
  struct.sinAddr = parseIpv4(address);
  return bytes;
}

function ipv6Address(address: string, port: number): Uint8Array {
  const [text = "", zone] = address.split("%");
  const bytes = new Uint8Array(SockaddrIn6.MIN_LENGTH);
  const struct = new SockaddrIn6(new DataView(bytes.buffer));
  struct.wrap(0, bytes.length);
  struct.sin6Family = AF_INET6;
  struct.sin6Port = port;
  struct.setSin6Addr(parseIpv6(text));
  if (zone !== undefined) struct.sin6ScopeId = findInterface(zone).index;
  return bytes;
}

/** A group's address in the family that the socket has: only then can it be joined. */
function groupAddress(option: string, group: string, address: string): Uint8Array {
  const isV6 = address.includes(":");
  if (typeof group === "string" && group.includes(":") === isV6) return socketAddress(option, group, 0);
  throw configError(option, group, `a group of the same family as address ${JSON.stringify(address)}`);
}
