// What C takes to write headers: `fields N` writes the twelve fields of each of 1024 frames N times over, `packets N` whole
// packets with both checksums. Answers `NANOSECONDS SUM`, the sum over all words of the frames.
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FRAMES 1024
#define FRAME_BYTES 64
#define PAYLOAD_BYTES 22

static uint8_t frames[FRAMES * FRAME_BYTES] __attribute__((aligned(64)));
static const uint8_t payload[PAYLOAD_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

static uint32_t AddWords(uint32_t sum, const uint8_t* at, size_t length) {
  for (size_t i = 0; i + 1 < length; i += 2) sum += (uint32_t)at[i] << 8 | at[i + 1];
  return sum;
}

static uint16_t Folded(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static void WriteFields(uint8_t* frame, uint32_t number) {
  static const uint8_t dst[ETH_ALEN] = {2, 0, 0, 0, 0, 1}, src[ETH_ALEN] = {2, 0, 0, 0, 0, 2};
  struct ethhdr* eth = (struct ethhdr*)frame;
  struct iphdr* ip = (struct iphdr*)(frame + sizeof *eth);
  struct udphdr* udp = (struct udphdr*)(frame + sizeof *eth + sizeof *ip);
  memcpy(eth->h_dest, dst, sizeof dst);
  memcpy(eth->h_source, src, sizeof src);
  eth->h_proto = htons(ETH_P_IP);
  ip->version = 4;
  ip->ihl = 5;
  ip->tot_len = htons(FRAME_BYTES - sizeof *eth);
  ip->ttl = (uint8_t)(64 - number % 8);
  ip->protocol = IPPROTO_UDP;
  ip->saddr = htonl(0xc0000200 + number % 251);
  ip->daddr = htonl(0xc6336401);
  udp->source = htons((uint16_t)(20000 + number));
  udp->dest = htons(5001);
  udp->len = htons(sizeof *udp + PAYLOAD_BYTES);
}

static void WritePacket(uint8_t* frame, uint32_t number) {
  memset(frame, 0, FRAME_BYTES);
  WriteFields(frame, number);
  struct iphdr* ip = (struct iphdr*)(frame + sizeof(struct ethhdr));
  struct udphdr* udp = (struct udphdr*)(ip + 1);
  memcpy(udp + 1, payload, sizeof payload);
  ip->check = htons(Folded(AddWords(0, (const uint8_t*)ip, sizeof *ip)));
  uint32_t pseudo = AddWords(IPPROTO_UDP + sizeof *udp + PAYLOAD_BYTES, (const uint8_t*)&ip->saddr, 8);
  udp->check = htons(Folded(AddWords(pseudo, (const uint8_t*)udp, sizeof *udp + PAYLOAD_BYTES)));
}

static uint64_t Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int main(void) {
  char what[16];
  unsigned times;
  while (scanf("%15s %u", what, &times) == 2) {
    void (*write)(uint8_t*, uint32_t) = strcmp(what, "fields") == 0 ? WriteFields : WritePacket;
    memset(frames, 0, sizeof frames);
    uint64_t before = Now();
    for (unsigned i = 0; i < times; i++) {
      if (write == WriteFields) {
        for (uint32_t n = 0; n < FRAMES; n++) WriteFields(frames + n * FRAME_BYTES, n);
      } else {
        for (uint32_t n = 0; n < FRAMES; n++) WritePacket(frames + n * FRAME_BYTES, n);
      }
      __asm__ volatile("" ::: "memory");  // every time anew
    }
    uint64_t spent = Now() - before;
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof frames; i += 4) {
      uint32_t word;
      memcpy(&word, frames + i, sizeof word);
      sum += ntohl(word);
    }
    printf("%" PRIu64 " %" PRIu32 "\n", spent, sum);
    fflush(stdout);
  }
  return 0;
}
