// The shared ring in C++ threads, for ThreadSanitizer: one plays the kernel and closes blocks in turn, four take and give
// back, each through a mapping of its own, and a fifth leaves with blocks in its hands over and over. Every ticket must be
// seen exactly once. `.ci/sanitize` builds and runs it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "block_status.h"
#include "mapping.h"
#include "shared_ring.h"

namespace {

constexpr size_t kBlockBytes = 4096;
constexpr uint32_t kBlocks = 8;
constexpr uint64_t kTickets = 20000;

std::atomic<uint32_t> seen[kTickets];

void PlayKernel(uint8_t* memory) {
  for (uint64_t ticket = 0; ticket < kTickets; ++ticket) {
    uint8_t* block = memory + (ticket % kBlocks) * kBlockBytes;
    while (zc::AcquireBlock(block) != TP_STATUS_KERNEL) std::this_thread::yield();
    auto& head = reinterpret_cast<tpacket_block_desc*>(block)->hdr.bh1;
    head.num_pkts = 1;
    // As the kernel's own store it may race with a reader that looks at an old turn: that reader's swap then fails.
    __atomic_store_n(&head.seq_num, ticket + 1, __ATOMIC_RELAXED);
    zc::PublishBlock(block, TP_STATUS_USER);
  }
}

// Takes blocks until all were taken. With `dies` it leaves after each third, or when none is ready (a block that it holds
// may be the one that the kernel waits for), without giving back what it has.
void Read(uint32_t id, bool dies) {
  zc::SharedRingRef ring = zc::SharedRing::Find(id);
  zc::MappingRef mapping = zc::Mapping::OfRing(ring->fd(), kBlockBytes * kBlocks);
  uint32_t member = ring->Join();
  for (uint64_t taken = 0; ring->claimed() < kTickets;) {
    const int64_t ticket = ring->Claim(mapping->data(), member);
    if (ticket >= 0) seen[ticket].fetch_add(1);
    if (dies && ticket >= 0 && ++taken % 3 != 0) continue;
    if (dies) {
      ring->Leave(mapping->data(), member);
      member = ring->Join();
    } else if (ticket >= 0) {
      ring->Release(mapping->data(), member, static_cast<uint32_t>(ticket % kBlocks));
    } else {
      std::this_thread::yield();
    }
  }
  ring->Leave(mapping->data(), member);
}

}  // namespace

int main() {
  zc::UniqueFd fd;
  zc::MappingRef memory = zc::Mapping::OfMemfd(kBlockBytes * kBlocks, &fd);
  zc::SharedRingRef ring = zc::SharedRing::Create(std::move(fd), false, kBlockBytes, kBlocks);
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) threads.emplace_back(Read, ring->id(), i == 4);
  PlayKernel(memory->data());
  for (std::thread& thread : threads) thread.join();
  for (uint64_t ticket = 0; ticket < kTickets; ++ticket) {
    if (seen[ticket].load() == 1) continue;
    fprintf(stderr, "ticket %llu was seen %u times\n", static_cast<unsigned long long>(ticket), seen[ticket].load());
    return 1;
  }
  if (ring->delivered() != kTickets || !ring->Members().empty()) return 1;
  printf("%llu tickets, each seen once\n", static_cast<unsigned long long>(kTickets));
  return 0;
}
