#ifndef ZC_NATIVE_DATAGRAM_SLOTS_H_
#define ZC_NATIVE_DATAGRAM_SLOTS_H_

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "mapping.h"

namespace zc {

// How the memory of a datagram source is cut: `blocks` blocks of `batch` slots. All sizes are multiples of 64.
struct SlotShape {
  uint32_t blocks = 0;
  uint32_t block_bytes = 0;
  uint32_t batch = 0;
  uint32_t slot_bytes = 0;
  uint32_t headroom = 0;      // from a slot's start to its data: the header, or the headers of all segments
  uint32_t tailroom = 0;      // behind the data
  uint32_t max_segments = 0;  // of one message, with UDP_GRO; 0: a message is a packet
};

// Receives messages into slots that were mapped once, a batch a system call, and describes each batch as the kernel
// describes a block of a TPACKET_V3 ring: the same accessors read both.
//
// A slot without segments: tpacket3_hdr, the sender's address behind it, padding, data at `headroom`.
// With segments: the address, room, as many headers as there are segments, the data.
class DatagramSlots {
 public:
  // Takes memory of its own. @throws SyscallError
  explicit DatagramSlots(const SlotShape& shape);

  // Status of a block as AcquireBlock gives it: one that is ours already, or is free and gets messages now.
  // 0 when there are none, or the receive failed: see TakeError.
  uint32_t Acquire(int fd, uint32_t index);

  // Gives a block back: it may be filled again.
  void Release(uint32_t index);

  // What the last receive failed with, once: the socket's own error, such as ENETDOWN, goes with the call it fails.
  int TakeError() noexcept { return std::exchange(error_, 0); }

  const MappingRef& mapping() const noexcept { return mapping_; }
  void Close() noexcept;

 private:
  struct Message;
  class HeaderChain;

  uint8_t* BlockAt(uint32_t index) const { return mapping_->data() + size_t{index} * shape_.block_bytes; }
  uint8_t* SlotAt(uint8_t* block, uint32_t slot) const;
  uint32_t Fill(int fd, uint8_t* block);
  void Aim(uint8_t* block);
  void Describe(uint8_t* slot, const mmsghdr& message, HeaderChain* chain) const;
  void DescribeSegments(uint8_t* slot, const Message& message, HeaderChain* chain) const;

  SlotShape shape_;
  MappingRef mapping_;
  std::vector<mmsghdr> messages_;
  std::vector<iovec> vectors_;
  std::vector<uint8_t> control_;
  uint64_t sequence_ = 0;
  int error_ = 0;
};

}  // namespace zc

#endif  // ZC_NATIVE_DATAGRAM_SLOTS_H_
