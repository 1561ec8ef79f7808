// Zero-copy C: walks the kernel's headers and reads the packets' fields where they lie in the ring.
#include "../support/fields.h"

static void SumBlockInPlace(const uint8_t* block, size_t block_bytes, Tally* tally) {
  const uint8_t* end = block + block_bytes;
  uint32_t packets = BlockHeader(block)->num_pkts;
  const uint8_t* at = block + BlockHeader(block)->offset_to_first_pkt;
  for (uint32_t left = packets; left > 0; left--) {
    size_t room = (size_t)(end - at);
    if (room < TPACKET3_HDRLEN) exit(3);
    const struct tpacket3_hdr* header = (const struct tpacket3_hdr*)at;
    size_t length = (size_t)header->tp_mac + header->tp_snaplen;
    if (header->tp_mac < TPACKET3_HDRLEN || length > room) exit(3);
    SumFrame(at + header->tp_mac, header->tp_snaplen, tally);
    if (left > 1 && (header->tp_next_offset < length || header->tp_next_offset > room)) exit(3);
    at += header->tp_next_offset;
  }
  tally->packets += packets;
}

int main(int argc, char** argv) { return AnswerAll(argc, argv, SumBlockInPlace); }
