import type { JsonLayer } from "./json-layers.js";
import type { ShownPacket } from "./view.js";

const TAG_BYTES = 4;
/** A tag follows the two addresses of Ethernet. */
const TAGGED_PROTO = "ethernet";

/** How many bytes of a packet the kernel took out. */
export function takenBytes({ hasVlan }: ShownPacket): number {
  return hasVlan === true ? TAG_BYTES : 0;
}

/**
 * The text of the layers with the VLAN tag that the kernel took out of a ring's packet, as they are in a capture of the wire: the tag
 * is a layer of its own, what Ethernet said comes behind it, and everything from there on lies four bytes further back.
 */
export function withTakenTag(layers: string, packet: ShownPacket): string {
  return packet.hasVlan === true ? JSON.stringify(tagged(JSON.parse(layers) as JsonLayer[], packet)) : layers;
}

function tagged(
  layers: readonly JsonLayer[],
  { vlanTci = 0, vlanTpid = 0 }: ShownPacket,
): readonly JsonLayer[] {
  const [ethernet, ...inner] = layers;
  if (ethernet?.proto !== TAGGED_PROTO) return layers;
  const { dst = "", src = "", ...type } = ethernet.fields;
  const tag = { pcp: vlanTci >> 13, dei: ((vlanTci >> 12) & 1) === 1, vid: vlanTci & 0xfff };
  return [
    { ...ethernet, fields: { dst, src, ether_type: vlanTpid } },
    { proto: "vlan", offset: ethernet.offset + TAGGED_HEADER_BYTES, fields: { ...tag, ...type } },
    ...inner.map(movedBack),
  ];
}

const TAGGED_HEADER_BYTES = 14;

function movedBack({ inner, ...layer }: JsonLayer): JsonLayer {
  const moved = { ...layer, offset: layer.offset + TAG_BYTES };
  return inner === undefined ? moved : { ...moved, inner: inner.map(movedBack) };
}
