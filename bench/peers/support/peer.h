// What every C and C++ peer shares: it maps the ring and answers the runner. peers/README.md has the words spoken.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// A block's part of the answer. A packet that is no sound UDP over IPv4 over Ethernet adds nothing to the sum.
typedef struct {
  uint64_t packets;
  uint32_t sum;
} Tally;

typedef struct {
  const uint8_t* start;
  size_t block_bytes;
  size_t blocks;  // those that the kernel handed over
} Ring;

// The one function that differs from peer to peer.
typedef void SumBlock(const uint8_t* block, size_t block_bytes, Tally* tally);

static inline const struct tpacket_hdr_v1* BlockHeader(const uint8_t* block) {
  return &((const struct tpacket_block_desc*)block)->hdr.bh1;
}

static inline const uint8_t* BlockAt(const Ring* ring, size_t number) {
  return ring->start + (number % ring->blocks) * ring->block_bytes;
}

static inline uint64_t Nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void Fail(const char* what) {
  perror(what);
  exit(1);
}

// Arguments of a peer: the ring's file, bytes a block, blocks.
static inline Ring MapRing(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s RING_FILE BLOCK_BYTES BLOCKS\n", argv[0]);
    exit(2);
  }
  Ring ring = {NULL, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10)};
  int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail("open");
  void* map = mmap(NULL, ring.block_bytes * ring.blocks, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
  if (map == MAP_FAILED) Fail("mmap");
  close(fd);
  ring.start = (const uint8_t*)map;
  while (ring.blocks > 0 && !(BlockHeader(ring.start + (ring.blocks - 1) * ring.block_bytes)->block_status & TP_STATUS_USER)) ring.blocks--;
  return ring;
}

static inline void AnswerCheck(const Ring* ring, SumBlock* sum_block) {
  Tally tally = {0, 0};
  for (size_t i = 0; i < ring->blocks; i++) sum_block(BlockAt(ring, i), ring->block_bytes, &tally);
  printf("%" PRIu64 " %" PRIu32 "\n", tally.packets, tally.sum);
}

// `first` is where the last run ended: a run of few blocks goes on round the ring.
static inline void AnswerRun(const Ring* ring, SumBlock* sum_block, size_t count, size_t* first) {
  Tally tally = {0, 0};
  uint64_t before = Nanoseconds(CLOCK_MONOTONIC);
  for (size_t i = 0; i < count; i++) sum_block(BlockAt(ring, *first + i), ring->block_bytes, &tally);
  uint64_t elapsed = Nanoseconds(CLOCK_MONOTONIC) - before;
  *first = (*first + count) % ring->blocks;
  printf("%" PRIu64 " %" PRIu64 " %" PRIu32 "\n", elapsed, tally.packets, tally.sum);
}

// Blocks until the pipe says that a block is ready, and since when; reads its packets; notes how long that took.
static inline void AnswerServe(const Ring* ring, SumBlock* sum_block, const char* pipe, size_t count) {
  int fd = open(pipe, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail("open the pipe");
  uint64_t* latencies = (uint64_t*)calloc(count, sizeof *latencies);
  Tally tally = {0, 0};
  uint64_t before = Nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  for (size_t i = 0; i < count; i++) {
    uint64_t ready;
    if (read(fd, &ready, sizeof ready) != (ssize_t)sizeof ready) Fail("read the pipe");
    sum_block(BlockAt(ring, i), ring->block_bytes, &tally);
    latencies[i] = Nanoseconds(CLOCK_MONOTONIC) - ready;
  }
  uint64_t cpu = Nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before;
  close(fd);
  printf("%" PRIu64 " %" PRIu64 " %" PRIu32, cpu, tally.packets, tally.sum);
  for (size_t i = 0; i < count; i++) printf(" %" PRIu64, latencies[i]);
  printf("\n");
  free(latencies);
}

// Answers the runner until it closes the pipe.
static inline int AnswerAll(int argc, char** argv, SumBlock* sum_block) {
  Ring ring = MapRing(argc, argv);
  char line[4096], pipe[4000];
  size_t count, first = 0;
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "run %zu", &count) == 1) {
      AnswerRun(&ring, sum_block, count, &first);
    } else if (sscanf(line, "serve %zu %3999[^\n]", &count, pipe) == 2) {
      AnswerServe(&ring, sum_block, pipe, count);
    } else {
      AnswerCheck(&ring, sum_block);
    }
    fflush(stdout);
  }
  return 0;
}
