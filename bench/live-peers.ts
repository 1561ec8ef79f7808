import type { Peer } from "./peers.js";

/** Someone's way of receiving from an interface. */
export interface LivePeer extends Peer {
  /** Whole frames of the interface, or payloads of a UDP socket. */
  readonly receives: "frames" | "datagrams";
}

const PCAP = "apt-get install gcc libc6-dev libpcap-dev";
const GOPACKET =
  "apt-get install golang-go golang-github-google-gopacket-dev golang-golang-x-net-dev golang-golang-x-sys-dev";

/** In the order of the tables; ratios are to the first that was built. */
export const LIVE_PEERS: readonly LivePeer[] = [
  { id: "live-libpcap", title: "C, libpcap's pcap_dispatch", kind: "c", libraries: ["pcap"], how: PCAP, receives: "frames" }, // prettier-ignore
  { id: "live-recv", title: "C, a packet socket and recv", kind: "c", receives: "frames" },
  { id: "live-gopacket", title: "Go, gopacket afpacket", kind: "go", how: GOPACKET, receives: "frames" },
  { id: "live-ring", title: "**zc-gen RxRing**", kind: "javascript", receives: "frames" },
  { id: "live-ring-low", title: '**zc-gen RxRing**, latency "low"', kind: "javascript", receives: "frames" },
  { id: "live-ring-spin", title: "**zc-gen RxRing**, spinNext", kind: "javascript", receives: "frames" },
  {
    id: "live-datagrams",
    title: "**zc-gen DatagramSource.onInterface**",
    kind: "javascript",
    receives: "frames",
  },
  { id: "live-udp", title: "**zc-gen DatagramSource.onUdp**", kind: "javascript", receives: "datagrams" },
  { id: "live-dgram", title: "Node's dgram", kind: "javascript", receives: "datagrams" },
];
