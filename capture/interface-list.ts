import { describeInterface, listInterfaces, type InterfaceDetail } from "../native/index.js";
import type { CaptureHost } from "./command.js";
import type { CaptureOptions } from "./options.js";

/** Offloads that make a capture differ from the wire. */
const DISTORTS: Readonly<Record<string, string>> = {
  gro: "joins packets that came in",
  lro: "joins packets that came in, in the card",
  tso: "packets that go out are cut later",
  gso: "packets that go out are cut later",
  "rx-vlan": "takes VLAN tags out: they come beside the data",
};

/** `zc-gen interfaces`. */
export function interfaces(options: CaptureOptions, host: CaptureHost): number {
  const all = listInterfaces().map(({ name }) => describeInterface(name));
  if (options.json) for (const each of all) host.stdout.write(`${JSON.stringify(each)}\n`);
  else for (const each of all) host.stdout.write(describe(each));
  return 0;
}

function describe(each: InterfaceDetail): string {
  const state = each.up ? (each.running ? "up" : "up, no carrier") : "down";
  const speed = each.speedMbps === 0 ? "" : `, ${each.speedMbps} Mbit/s`;
  const linkType = each.linkType < 0 ? `ARPHRD ${each.hatype}` : `LINKTYPE ${each.linkType}`;
  const lines = [
    `${each.name}: ${state}, MTU ${each.mtu}, ${linkType}${speed}, ${each.mac}`,
    ...each.addresses.map((address) => `  ${address}`),
    ...distortions(each).map((text) => `  ${text}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** What is on of that which changes packets, with what it does. */
export function distortions({ offloads }: InterfaceDetail): string[] {
  return offloads.flatMap((name) => (DISTORTS[name] === undefined ? [] : [`${name}: ${DISTORTS[name]}`]));
}
