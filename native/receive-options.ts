import { addon, type NativeReceive } from "./binding.js";
import { checkFanout, type FanoutOptions } from "./fanout.js";
import { buildFilter, instructionsOf, type FilterChoice } from "./filter.js";
import { AF_PACKET } from "./if-packet.js";
import { findInterface, interfaceOfIndex } from "./interfaces.js";
import { ARPHRD_LOOPBACK } from "./link-type.js";
import type { LinkEvent } from "./link-watch.js";
import { checkBoolean, checkChoice, checkFunction, checkInteger, configError } from "./option-checks.js";
import { checkSignal, MAX_SNAPLEN } from "./ring-limits.js";
import { withTypedErrors } from "./system-errors.js";

/** Where packets get their time: as they are copied, where the stack takes them from the driver, or in the card. */
export type TimestampChoice = "copy" | "software" | "hardware";

/** Options of every source that receives on an interface. */
export interface ReceiveOptions {
  /** Name of the interface to capture on, see `listInterfaces()`; or "any": all, without link-layer headers. */
  readonly interface: string;
  /** Asks the card for frames to other stations too. Default false. */
  readonly promiscuous?: boolean;
  /** Captures at most so many bytes of each packet. Default all. */
  readonly snaplen?: number;
  /**
   * Classic BPF, or a `Filter` of `zc-gen/filter`: only packets it accepts are received. A filter's program lets some
   * pass that do not match: `block.where` leaves them out.
   */
  readonly filter?: FilterChoice;
  /** Leaves out what this machine sends. Default true on loopback, where each packet would come twice, else false. */
  readonly ignoreOutgoing?: boolean;
  /** Leaves out link-layer headers: packets begin with the network's. Default true for "any", else false. */
  readonly cooked?: boolean;
  /** Where packets get their time. `hardware` warns where the card cannot, and takes the stack's. Default "copy". */
  readonly timestamps?: TimestampChoice;
  /** Shares packets out with other rings. */
  readonly fanout?: FanoutOptions;
  /** Binds the calling thread to this processor first, so that the ring's memory is near it. For workers. */
  readonly cpu?: number;
  /** Closes the source, last packets delivered, when it aborts. */
  readonly signal?: AbortSignal;
  /** Told when the interface goes down, comes up, or is deleted. */
  readonly onLink?: (event: LinkEvent) => void;
}

export const RECEIVE_OPTIONS: readonly string[] = [
  "interface",
  "promiscuous",
  "snaplen",
  "filter",
  "ignoreOutgoing",
  "cooked",
  "timestamps",
  "fanout",
  "cpu",
  "signal",
  "onLink",
];

/** The interface that packets come from; "any" has index 0. */
export interface ReceiveTarget {
  readonly name: string;
  readonly index: number;
  /** LINKTYPE_* of its packets; -1 when each packet has its own, or it is unknown. */
  readonly linkType: number;
}

/** The options that every source has, checked. */
export interface CheckedReceive {
  readonly target: ReceiveTarget;
  readonly cooked: boolean;
  readonly native: NativeReceive;
  readonly signal: AbortSignal | undefined;
  readonly onLink: ((event: LinkEvent) => void) | undefined;
}

/** The name that stands for all interfaces. */
export const ANY_INTERFACE = "any";

const TIMESTAMPS: readonly TimestampChoice[] = ["copy", "software", "hardware"]; // native/src/packet_socket.h
const SOCK_DGRAM = 2;

/** Checks the options of a source that opens its own socket. @throws RingConfigError, InterfaceNotFoundError */
export function checkReceive(options: ReceiveOptions): CheckedReceive {
  const cooked = checkBoolean("cooked", options.cooked ?? options.interface === ANY_INTERFACE);
  if (options.interface !== ANY_INTERFACE) {
    return checkWith(options, findInterface(options.interface), cooked, -1);
  }
  if (!cooked) {
    throw configError("cooked", cooked, 'true with interface "any": link-layer headers would differ');
  }
  return checkWith(options, { name: ANY_INTERFACE, index: 0, hatype: 0, linkType: -1 }, cooked, -1);
}

/** The same for a socket that somebody opened: it says whether it is cooked, and by default where it listens. */
export function checkReceiveFrom(
  fd: number,
  options: Omit<ReceiveOptions, "interface" | "cooked">,
): CheckedReceive {
  checkInteger("fd", fd, { min: 0, max: 0x7fffffff });
  const { domain, type, interfaceIndex } = withTypedErrors(`looking at descriptor ${fd}`, () =>
    addon().describeSocket(fd),
  );
  if (domain !== AF_PACKET) throw configError("fd", fd, "a packet socket (AF_PACKET)");
  const cooked = type === SOCK_DGRAM;
  const target =
    interfaceIndex === 0
      ? { name: ANY_INTERFACE, index: 0, hatype: 0, linkType: -1 }
      : interfaceOfIndex(interfaceIndex);
  return checkWith(options, target, cooked, fd);
}

function checkWith(
  options: Omit<ReceiveOptions, "interface">,
  target: ReceiveTarget & { readonly hatype: number },
  cooked: boolean,
  adoptedFd: number,
): CheckedReceive {
  const isLoopback = target.hatype === ARPHRD_LOOPBACK;
  const ignoreOutgoing = checkBoolean("ignoreOutgoing", options.ignoreOutgoing ?? isLoopback);
  const linkType = cooked ? -1 : target.linkType;
  const snaplen = checkSnaplen(options.snaplen);
  const filter = instructionsOf(options.filter, {
    isCooked: cooked,
    linkType,
    hasSnaplen: snaplen !== undefined,
  });
  return {
    target: { ...target, linkType },
    cooked,
    native: {
      adoptedFd,
      interfaceIndex: target.index,
      cooked,
      cpu: options.cpu === undefined ? -1 : checkInteger("cpu", options.cpu, { min: 0, max: 1023 }),
      filter: buildFilter(filter, snaplen),
      promiscuous: checkPromiscuous(options.promiscuous, target.index),
      ignoreOutgoing,
      timestamps: TIMESTAMPS.indexOf(checkChoice("timestamps", options.timestamps ?? "copy", TIMESTAMPS)),
      ...checkFanout(options.fanout, ignoreOutgoing), // a group has one flag for all, and looks at no member's
    },
    signal: checkSignal(options.signal),
    onLink: checkFunction("onLink", options.onLink),
  };
}

/** Checks a snap length. @throws RingConfigError */
export function checkSnaplen(snaplen: number | undefined): number | undefined {
  return snaplen === undefined ? undefined : checkInteger("snaplen", snaplen, { min: 1, max: MAX_SNAPLEN });
}

function checkPromiscuous(value: boolean | undefined, interfaceIndex: number): boolean {
  const promiscuous = checkBoolean("promiscuous", value ?? false);
  if (!promiscuous || interfaceIndex > 0) return promiscuous;
  throw configError("promiscuous", promiscuous, 'false with interface "any"');
}
