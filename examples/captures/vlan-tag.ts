import { viewOf } from "zc-gen";
import { Ethernet, Vlan } from "zc-gen/protocols";

/** A frame with the tag that the kernel took out put back, as it was on the wire. */
export function withVlanTag(frame: Uint8Array, tci: number, tpid: number): Uint8Array {
  const tagged = new Uint8Array(frame.length + Vlan.MIN_LENGTH);
  tagged.set(frame.subarray(0, Ethernet.MIN_LENGTH));
  tagged.set(frame.subarray(Ethernet.MIN_LENGTH), Ethernet.MIN_LENGTH + Vlan.MIN_LENGTH);
  const ethernet = Ethernet.of(tagged);
  const vlan = new Vlan(viewOf(tagged));
  vlan.init(ethernet.payloadOffset, tagged.length);
  vlan.etherType = ethernet.etherType;
  ethernet.etherType = tpid;
  vlan.pcp = tci >> 13;
  vlan.dei = ((tci >> 12) & 1) !== 0;
  vlan.vid = tci & 0xfff;
  return tagged;
}
