// The checks and the eleven reads of one frame, in place, as a careful C programmer writes them.
#pragma once

#include "peer.h"

static inline void SumFrame(const uint8_t* frame, size_t length, Tally* tally) {
  if (length < sizeof(struct ethhdr)) return;
  const struct ethhdr* eth = (const struct ethhdr*)frame;
  uint16_t ether_type = ntohs(eth->h_proto);
  if (ether_type != ETH_P_IP) return;
  // TPACKET_V3 aligns the network header to 16 bytes: the casts below are aligned.
  length -= sizeof *eth;
  if (length < sizeof(struct iphdr)) return;
  const struct iphdr* ip = (const struct iphdr*)(frame + sizeof *eth);
  size_t header_length = (size_t)ip->ihl * 4;
  if (ip->ihl < 5 || length < header_length || ip->protocol != IPPROTO_UDP) return;
  if ((ntohs(ip->frag_off) & 0x1fff) != 0) return;  // no UDP header in there
  uint16_t total_length = ntohs(ip->tot_len);
  if (total_length != 0) {
    if (total_length < header_length) return;
    if (total_length < length) length = total_length;
  }
  if (length - header_length < sizeof(struct udphdr)) return;
  const struct udphdr* udp = (const struct udphdr*)((const uint8_t*)ip + header_length);
  uint16_t udp_length = ntohs(udp->len);
  if (udp_length != 0 && udp_length < sizeof *udp) return;
  tally->sum += ether_type + ip->ihl + total_length + ip->ttl + ip->protocol + ntohl(ip->saddr) +
                ntohl(ip->daddr) + ntohs(udp->source) + ntohs(udp->dest) + udp_length + ntohs(udp->check);
}
