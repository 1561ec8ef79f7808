import { formatMac } from "../runtime/index.js";
import { addon } from "./binding.js";
import { InterfaceNotFoundError } from "./errors.js";
import { linkTypeOf } from "./link-type.js";
import { configError } from "./option-checks.js";
import { withTypedErrors } from "./system-errors.js";

/** A network interface of this network namespace. */
export interface NetworkInterface {
  readonly name: string;
  /** The kernel's number (ifindex). */
  readonly index: number;
  /** Administratively up (IFF_UP). */
  readonly up: boolean;
  /** Has carrier (IFF_RUNNING). */
  readonly running: boolean;
  readonly loopback: boolean;
  /** ARPHRD_* of linux/if_arp.h. */
  readonly hatype: number;
  /** LINKTYPE_* of its packets, -1 where unknown. */
  readonly linkType: number;
  /** Largest payload of a frame, in bytes; the link-layer header comes on top. */
  readonly mtu: number;
  /** The hardware address as text; all zeros where there is none of six bytes. */
  readonly mac: string;
}

/** All interfaces of this network namespace. @throws RingUnsupportedError without the addon. */
export function listInterfaces(): NetworkInterface[] {
  const native = withTypedErrors("listing interfaces", () => addon().listInterfaces());
  return native.map(({ address, ...rest }) => ({
    ...rest,
    linkType: linkTypeOf(rest.hatype),
    mac: formatMac(address.reduce((mac, byte) => mac * 256 + byte, 0)),
  }));
}

/** The interface of that name. @throws InterfaceNotFoundError that names those there are; RingConfigError */
export function findInterface(name: string): NetworkInterface {
  if (typeof name !== "string" || name === "") {
    throw configError("interface", name, "the name of a network interface");
  }
  const all = listInterfaces();
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new InterfaceNotFoundError(`there is no interface ${JSON.stringify(name)}`, {
    code: "ENODEV",
    hint: `this network namespace has ${all.map((each) => each.name).join(", ") || "none"}`,
  });
}

/** The interface of that number. @throws InterfaceNotFoundError */
export function interfaceOfIndex(index: number): NetworkInterface {
  const found = listInterfaces().find((each) => each.index === index);
  if (found !== undefined) return found;
  throw new InterfaceNotFoundError(`there is no interface number ${index}`, { code: "ENODEV" });
}

/** What `describeInterface` adds. */
export interface InterfaceDetail extends NetworkInterface {
  /** In Mbit/s; 0 where the driver does not tell. */
  readonly speedMbps: number;
  /** IP addresses, each with its prefix's length: "192.0.2.1/24". */
  readonly addresses: readonly string[];
  /** What is on of gro, lro, gso, tso, rx-checksum, rx-vlan: it changes packets before a socket sees them. */
  readonly offloads: readonly string[];
}

/** The interface of that name, with its addresses and offloads. @throws InterfaceNotFoundError */
export function describeInterface(name: string): InterfaceDetail {
  const found = findInterface(name);
  return { ...found, ...withTypedErrors(`asking about ${name}`, () => addon().interfaceDetail(name)) };
}

/** Raises an interface, or lowers it. @throws PermissionError without CAP_NET_ADMIN; InterfaceNotFoundError */
export function setInterfaceUp(name: string, up: boolean = true): void {
  const { name: found } = findInterface(name);
  withTypedErrors(`${up ? "raising" : "lowering"} ${found}`, () => addon().setInterfaceUp(found, up));
}
