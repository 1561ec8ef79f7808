// The floor: follows the chain of packets and touches one byte of each frame. What memory costs, and nothing else.
#include "../support/peer.h"

static void TouchBlock(const uint8_t* block, size_t block_bytes, Tally* tally) {
  (void)block_bytes;
  uint32_t packets = BlockHeader(block)->num_pkts;
  const uint8_t* at = block + BlockHeader(block)->offset_to_first_pkt;
  for (uint32_t left = packets; left > 0; left--) {
    const struct tpacket3_hdr* header = (const struct tpacket3_hdr*)at;
    tally->sum += at[header->tp_mac];
    at += header->tp_next_offset;
  }
  tally->packets += packets;
}

int main(int argc, char** argv) { return AnswerAll(argc, argv, TouchBlock); }
