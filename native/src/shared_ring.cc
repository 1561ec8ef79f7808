#include "shared_ring.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>

#include "block_status.h"
#include "system_call.h"

namespace zc {
namespace {

std::mutex registry_mutex;

// Rings by their number. Never destroyed: a worker may look here while the process ends.
std::map<uint32_t, SharedRing*>& Registry() {
  static auto* registry = new std::map<uint32_t, SharedRing*>;
  return *registry;
}

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double MillisecondsSince(int64_t then, int64_t now) { return static_cast<double>(now - then) / 1e6; }

}  // namespace

SharedRingRef SharedRing::Create(UniqueFd fd, bool is_socket, size_t block_bytes, uint32_t blocks) {
  UniqueFd event(SystemCall("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }));
  static uint32_t last_id = 0;
  std::lock_guard<std::mutex> lock(registry_mutex);
  auto* ring = new SharedRing(std::move(fd), std::move(event), is_socket, block_bytes, blocks);
  ring->id_ = ++last_id;
  Registry()[ring->id_] = ring;
  return SharedRingRef(ring);
}

SharedRingRef SharedRing::Find(uint32_t id) {
  std::lock_guard<std::mutex> lock(registry_mutex);
  const auto found = Registry().find(id);
  return found == Registry().end() ? SharedRingRef() : SharedRingRef(found->second);
}

// Under the lock, so that nobody finds a ring whose last share goes.
SharedRingRef::~SharedRingRef() {
  if (ring_ == nullptr) return;
  std::lock_guard<std::mutex> lock(registry_mutex);
  if (ring_->shares_.fetch_sub(1) != 1) return;
  Registry().erase(ring_->id_);
  delete ring_;
}

SharedRing::SharedRing(UniqueFd fd, UniqueFd event, bool is_socket, size_t block_bytes, uint32_t blocks)
    : fd_(std::move(fd)),
      event_(std::move(event)),
      is_socket_(is_socket),
      block_bytes_(block_bytes),
      blocks_(blocks),
      leases_(new Lease[blocks]),
      members_(new Member[kMaxMembers]) {}

uint32_t SharedRing::Join() {
  for (uint32_t i = 0; i < kMaxMembers; ++i) {
    bool expected = false;
    if (!members_[i].present.compare_exchange_strong(expected, true)) continue;
    members_[i].heartbeat.store(Now());
    members_[i].claims.store(0);
    return i;
  }
  throw SyscallError("join the shared ring", EUSERS);
}

// The sequence number is read after the acquire load saw the block closed. Should another thread take, release and the
// kernel refill it meanwhile, the number is another one, or the head has moved and the swap fails.
bool SharedRing::IsTurnOf(uint8_t* memory, uint64_t ticket) const {
  uint8_t* block = BlockAt(memory, ticket);
  if ((AcquireBlock(block) & TP_STATUS_USER) == 0) return false;
  const auto* desc = reinterpret_cast<const tpacket_block_desc*>(block);
  return __atomic_load_n(&desc->hdr.bh1.seq_num, __ATOMIC_RELAXED) == ticket + 1;
}

int64_t SharedRing::Claim(uint8_t* memory, uint32_t member) {
  uint64_t ticket = head_.load(std::memory_order_acquire);
  for (;;) {
    if (!IsTurnOf(memory, ticket)) {
      const uint64_t now = head_.load(std::memory_order_acquire);
      if (now == ticket) return -1;
      ticket = now;
      continue;
    }
    if (head_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) break;
  }
  const auto* desc = reinterpret_cast<const tpacket_block_desc*>(BlockAt(memory, ticket));
  delivered_.fetch_add(desc->hdr.bh1.num_pkts, std::memory_order_relaxed);
  const int64_t now = Now();
  Lease& lease = leases_[ticket % blocks_];
  lease.since.store(now, std::memory_order_relaxed);
  lease.owner.store(member + 1, std::memory_order_release);
  members_[member].heartbeat.store(now, std::memory_order_relaxed);
  members_[member].claims.fetch_add(1, std::memory_order_relaxed);
  return static_cast<int64_t>(ticket);
}

bool SharedRing::IsReady(uint8_t* memory) const {
  return IsTurnOf(memory, head_.load(std::memory_order_acquire));
}

// The owner's word goes first: once the block is the kernel's, another member may have it.
void SharedRing::Release(uint8_t* memory, uint32_t member, uint32_t index) {
  uint32_t expected = member + 1;
  if (index < blocks_ && leases_[index].owner.compare_exchange_strong(expected, 0)) ReleaseBlock(BlockAt(memory, index));
}

void SharedRing::Leave(uint8_t* memory, uint32_t member) {
  for (uint32_t i = 0; i < blocks_; ++i) Release(memory, member, i);
  members_[member].present.store(false);
}

void SharedRing::Poke() noexcept { ::eventfd_write(event_.get(), 1); }

void SharedRing::End() noexcept {
  ended_.store(true, std::memory_order_release);
  Poke();
}

std::vector<SharedRing::MemberState> SharedRing::Members() const {
  const int64_t now = Now();
  std::vector<MemberState> states;
  for (uint32_t i = 0; i < kMaxMembers; ++i) {
    if (!members_[i].present.load()) continue;
    MemberState state = {i, 0, 0, MillisecondsSince(members_[i].heartbeat.load(), now), members_[i].claims.load()};
    for (uint32_t block = 0; block < blocks_; ++block) {
      if (leases_[block].owner.load(std::memory_order_acquire) != i + 1) continue;
      ++state.leases;
      state.oldest_lease_ms = std::max(state.oldest_lease_ms, MillisecondsSince(leases_[block].since.load(), now));
    }
    states.push_back(state);
  }
  return states;
}

}  // namespace zc
