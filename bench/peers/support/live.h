// What the C peers of the live bench share: see ../README.md, "Live".
#pragma once

#include <stdbool.h>

#include "fields.h"

#define PAYLOAD_AT 42  // behind Ethernet, IPv4 and UDP
#define MOST_LATENCIES 65536

enum { kData = 0, kBegin = 1, kEnd = 2 };

typedef struct {
  Tally tally;
  bool is_running;
  uint64_t cpu_before;
  size_t latencies;
  uint64_t latency[MOST_LATENCIES];
} Live;

static inline void SayReady(void) {
  puts("ready");
  fflush(stdout);
}

static inline void Begin(Live* live) {
  live->tally = (Tally){0, 0};
  live->latencies = 0;
  live->is_running = true;
  live->cpu_before = Nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
}

static inline void End(Live* live) {
  if (!live->is_running) return;
  live->is_running = false;
  printf("%" PRIu64 " %" PRIu64 " %" PRIu32, Nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - live->cpu_before, live->tally.packets, live->tally.sum);
  for (size_t i = 0; i < live->latencies; i++) printf(" %" PRIu64, live->latency[i]);
  printf("\n");
  fflush(stdout);
}

// One packet: its fields, and what its payload says.
static inline void TakeFrame(Live* live, const uint8_t* frame, size_t length) {
  if (length < PAYLOAD_AT + 16) return;
  uint32_t kind;
  uint64_t sent;
  memcpy(&kind, frame + PAYLOAD_AT, sizeof kind);
  memcpy(&sent, frame + PAYLOAD_AT + 8, sizeof sent);
  if (kind == kBegin) {
    Begin(live);
  } else if (kind == kEnd) {
    End(live);
  } else {
    SumFrame(frame, length, &live->tally);
    live->tally.packets++;
    if (sent != 0 && live->latencies < MOST_LATENCIES) live->latency[live->latencies++] = Nanoseconds(CLOCK_MONOTONIC) - sent;
  }
}
