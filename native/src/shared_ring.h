#ifndef ZC_NATIVE_SHARED_RING_H_
#define ZC_NATIVE_SHARED_RING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "unique_fd.h"

namespace zc {

class SharedRingRef;

// The control page of a ring whose blocks several threads take: one head, and who has which block. Found by number from
// any thread of the process; each thread maps the ring itself. Held through SharedRingRef alone.
class SharedRing {
 public:
  static constexpr uint32_t kMaxMembers = 256;

  // Takes over `fd`, a duplicate of the packet socket or of the memory file. @throws SyscallError
  static SharedRingRef Create(UniqueFd fd, bool is_socket, size_t block_bytes, uint32_t blocks);

  // Empty when there is no ring of that number (any more).
  static SharedRingRef Find(uint32_t id);

  SharedRing(const SharedRing&) = delete;
  SharedRing& operator=(const SharedRing&) = delete;

  uint32_t id() const noexcept { return id_; }
  int fd() const noexcept { return fd_.get(); }
  bool is_socket() const noexcept { return is_socket_; }
  int event_fd() const noexcept { return event_.get(); }
  size_t block_bytes() const noexcept { return block_bytes_; }
  uint32_t blocks() const noexcept { return blocks_; }

  // A member's number, from 0. @throws SyscallError (EUSERS) when there are too many
  uint32_t Join();

  // Takes the block whose turn it is, through the member's own mapping. Returns its ticket, or -1 when it is not ready.
  //
  // Ticket t lives in block t mod N and shows sequence number t + 1. The head moves by compare-and-swap, and only over
  // a block that is ours to read and shows its turn: a number given out blindly could belong to a block that never
  // comes, and a thread that stops then would strand the ring. No thread can die between the swap and the next store:
  // a worker is only ended while it runs JavaScript.
  int64_t Claim(uint8_t* memory, uint32_t member);

  // Whether Claim would take one.
  bool IsReady(uint8_t* memory) const;

  // Gives a block back. Nothing when the member does not have it.
  void Release(uint8_t* memory, uint32_t member, uint32_t index);

  // Gives everything back that a member has, and its number.
  void Leave(uint8_t* memory, uint32_t member);

  // Packets of blocks that were taken, by all members. Counted by Claim itself: a worker may end right after it.
  uint64_t delivered() const noexcept { return delivered_.load(std::memory_order_relaxed); }
  uint64_t claimed() const noexcept { return head_.load(std::memory_order_relaxed); }

  // Wakes all members that wait.
  void Poke() noexcept;

  // Tells all members that no block comes after those that are there.
  void End() noexcept;
  bool has_ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  struct MemberState {
    uint32_t member;
    uint32_t leases;
    double oldest_lease_ms;  // 0 without any
    double idle_ms;          // since its last claim, or since it joined
    uint64_t claims;
  };
  std::vector<MemberState> Members() const;

 private:
  friend class SharedRingRef;

  // A cache line each: threads that take and give back neighbours do not disturb each other.
  struct alignas(64) Lease {
    std::atomic<uint32_t> owner{0};  // member + 1; 0: nobody
    std::atomic<int64_t> since{0};   // steady clock, in nanoseconds
  };
  struct alignas(64) Member {
    std::atomic<bool> present{false};
    std::atomic<int64_t> heartbeat{0};
    std::atomic<uint64_t> claims{0};
  };

  SharedRing(UniqueFd fd, UniqueFd event, bool is_socket, size_t block_bytes, uint32_t blocks);
  uint8_t* BlockAt(uint8_t* memory, uint64_t ticket) const { return memory + (ticket % blocks_) * block_bytes_; }
  bool IsTurnOf(uint8_t* memory, uint64_t ticket) const;

  alignas(64) std::atomic<uint64_t> head_{0};  // the next ticket
  alignas(64) std::atomic<uint64_t> delivered_{0};
  std::atomic<bool> ended_{false};
  std::atomic<uint32_t> shares_{0};
  uint32_t id_ = 0;
  UniqueFd fd_;
  UniqueFd event_;
  bool is_socket_;
  size_t block_bytes_;
  uint32_t blocks_;
  std::unique_ptr<Lease[]> leases_;
  std::unique_ptr<Member[]> members_;
};

// A share of a shared ring, on any thread.
class SharedRingRef {
 public:
  SharedRingRef() noexcept = default;
  explicit SharedRingRef(SharedRing* ring) noexcept : ring_(ring) { ring_->shares_.fetch_add(1); }
  SharedRingRef(SharedRingRef&& other) noexcept : ring_(std::exchange(other.ring_, nullptr)) {}
  SharedRingRef& operator=(SharedRingRef other) noexcept {
    std::swap(ring_, other.ring_);
    return *this;
  }
  SharedRingRef(const SharedRingRef&) = delete;
  ~SharedRingRef();

  SharedRing* operator->() const noexcept { return ring_; }
  explicit operator bool() const noexcept { return ring_ != nullptr; }

 private:
  SharedRing* ring_ = nullptr;
};

}  // namespace zc

#endif  // ZC_NATIVE_SHARED_RING_H_
