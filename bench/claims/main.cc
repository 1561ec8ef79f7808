// What a claim of a shared ring costs: threads take all blocks of a ring that is full, and give each back at once. Every
// block is ready, so that nothing but the claim is measured. Arguments: threads, rounds. Prints wall and CPU nanoseconds
// a claim with its release, round by round, and fails when a block was taken twice or never.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <atomic>
#include <thread>
#include <vector>

#include "../../native/src/block_status.h"
#include "../../native/src/mapping.h"
#include "../../native/src/shared_ring.h"

namespace {

// Only descriptors: what is in a block is not looked at. Two cache lines keep neighbours apart. So many that a round takes
// longer than a turn of the scheduler: with less one thread takes all before the next one starts.
constexpr size_t kBlockBytes = 128;
constexpr uint32_t kBlocks = 1 << 18;

double Now(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void Publish(uint8_t* memory, uint64_t round) {
  for (uint32_t i = 0; i < kBlocks; ++i) {
    uint8_t* block = memory + i * kBlockBytes;
    auto& head = reinterpret_cast<tpacket_block_desc*>(block)->hdr.bh1;
    head.num_pkts = 1;
    head.seq_num = round * kBlocks + i + 1;
    zc::PublishBlock(block, TP_STATUS_USER);
  }
}

// Nanoseconds of processor time that the claims of one thread took.
double TakeAll(zc::SharedRing* ring, uint8_t* memory, const std::atomic<bool>& go) {
  const uint32_t member = ring->Join();
  while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
  const double before = Now(CLOCK_THREAD_CPUTIME_ID);
  for (int64_t ticket; (ticket = ring->Claim(memory, member)) >= 0;) {
    ring->Release(memory, member, static_cast<uint32_t>(static_cast<uint64_t>(ticket) % kBlocks));
  }
  const double spent = Now(CLOCK_THREAD_CPUTIME_ID) - before;
  ring->Leave(memory, member);
  return spent;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? atoi(argv[1]) : 1;
  const int rounds = argc > 2 ? atoi(argv[2]) : 5;
  zc::UniqueFd fd;
  zc::MappingRef memory = zc::Mapping::OfMemfd(kBlockBytes * kBlocks, &fd);
  zc::SharedRingRef ring = zc::SharedRing::Create(std::move(fd), false, kBlockBytes, kBlocks);
  for (int round = 0; round < rounds; ++round) {
    Publish(memory->data(), static_cast<uint64_t>(round));
    std::atomic<bool> go{false};
    std::vector<double> cpu(static_cast<size_t>(threads));
    std::vector<std::thread> workers;
    for (double& spent : cpu) {
      workers.emplace_back([&] { spent = TakeAll(ring.operator->(), memory->data(), go); });
    }
    const double before = Now(CLOCK_MONOTONIC);
    go.store(true, std::memory_order_release);
    for (std::thread& worker : workers) worker.join();
    const double wall = Now(CLOCK_MONOTONIC) - before;
    double total = 0;
    for (double spent : cpu) total += spent;
    printf("%.1f %.1f\n", wall / kBlocks, total / kBlocks);
    if (ring->claimed() != static_cast<uint64_t>(round + 1) * kBlocks || ring->delivered() != ring->claimed()) return 1;
  }
  return 0;
}
