#include "datagram_slots.h"

#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include <algorithm>

#include "block_status.h"
#include "system_call.h"

#ifndef UDP_GRO
#define UDP_GRO 104  // linux/udp.h since 5.0
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

namespace zc {
namespace {

constexpr uint32_t kDescBytes = 64;  // tpacket_block_desc, padded to a cache line
constexpr uint32_t kAddressAt = TPACKET_ALIGN(sizeof(tpacket3_hdr));
constexpr uint32_t kAddressBytes = 32;  // sockaddr_ll (20) or sockaddr_in6 (28)
constexpr uint32_t kHeaderStep = kAddressAt + kAddressBytes;
constexpr uint32_t kControlBytes = 256;  // time stamp, and PACKET_AUXDATA or UDP_GRO
constexpr uint32_t kMaxOffset = 0xffff;  // tp_mac has 16 bits

static_assert(sizeof(tpacket_block_desc) <= kDescBytes, "a block's description fits its cache line");
static_assert(sizeof(sockaddr_in6) <= kAddressBytes && sizeof(sockaddr_ll) <= kAddressBytes, "an address fits");

constexpr uint32_t AlignUp(uint32_t value, uint32_t to) { return (value + to - 1) & ~(to - 1); }

template <typename T>
T DataOf(cmsghdr* header) {
  T value;
  ::memcpy(&value, CMSG_DATA(header), sizeof value);
  return value;
}

}  // namespace

// What the kernel tells of a message.
struct DatagramSlots::Message {
  uint32_t captured = 0;
  uint32_t length = 0;  // what it had before it was cut
  timespec time = {};
  bool has_time = false;
  tpacket_auxdata aux = {};    // of a packet socket
  uint32_t segment_bytes = 0;  // of UDP_GRO; 0: one packet

  Message(const mmsghdr& message, size_t room) : captured(std::min<size_t>(message.msg_len, room)), length(message.msg_len) {
    msghdr* header = const_cast<msghdr*>(&message.msg_hdr);
    for (cmsghdr* each = CMSG_FIRSTHDR(header); each != nullptr; each = CMSG_NXTHDR(header, each)) Take(each);
    if (!has_time) ::clock_gettime(CLOCK_REALTIME, &time);
  }

 private:
  void Take(cmsghdr* control) {
    if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
      time = DataOf<timespec>(control);
      has_time = true;
    } else if (control->cmsg_level == SOL_PACKET && control->cmsg_type == PACKET_AUXDATA) {
      aux = DataOf<tpacket_auxdata>(control);
      length = aux.tp_len;
      captured = std::min(captured, aux.tp_snaplen);
    } else if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO) {
      segment_bytes = DataOf<int>(control);
    }
  }
};

// The headers of a block in their order, each pointing to the next.
class DatagramSlots::HeaderChain {
 public:
  explicit HeaderChain(uint8_t* block) : block_(block) {}

  // A packet of `message` whose header is at `at` and whose `captured` of `length` bytes begin at `data`.
  void Append(uint8_t* at, const uint8_t* data, uint32_t captured, uint32_t length, const Message& message) {
    auto* header = reinterpret_cast<tpacket3_hdr*>(at);
    if (last_ != nullptr) last_->tp_next_offset = static_cast<uint32_t>(at - reinterpret_cast<uint8_t*>(last_));
    if (first_ == nullptr) first_ = header;
    last_ = header;
    ++count_;
    *header = {};
    header->tp_sec = static_cast<uint32_t>(message.time.tv_sec);
    header->tp_nsec = static_cast<uint32_t>(message.time.tv_nsec);
    header->tp_snaplen = captured;
    header->tp_len = length;
    header->tp_status = TP_STATUS_USER | message.aux.tp_status | (message.has_time ? TP_STATUS_TS_SOFTWARE : 0);
    header->tp_mac = static_cast<uint16_t>(data - at);
    header->tp_net = static_cast<uint16_t>(header->tp_mac + (message.aux.tp_net - message.aux.tp_mac));
    header->hv1.tp_vlan_tci = message.aux.tp_vlan_tci;
    header->hv1.tp_vlan_tpid = message.aux.tp_vlan_tpid;
  }

  // Describes the block as a whole.
  void Finish(uint32_t block_bytes, uint64_t sequence) const {
    auto* desc = reinterpret_cast<tpacket_block_desc*>(block_);
    desc->version = TPACKET_V3;
    desc->offset_to_priv = sizeof *desc;
    tpacket_hdr_v1& head = desc->hdr.bh1;
    head.num_pkts = count_;
    head.offset_to_first_pkt = static_cast<uint32_t>(reinterpret_cast<uint8_t*>(first_) - block_);
    head.blk_len = block_bytes;
    head.seq_num = sequence;
    head.ts_first_pkt.ts_sec = first_->tp_sec;
    head.ts_first_pkt.ts_nsec = first_->tp_nsec;
    head.ts_last_pkt.ts_sec = last_->tp_sec;
    head.ts_last_pkt.ts_nsec = last_->tp_nsec;
  }

 private:
  uint8_t* block_;
  tpacket3_hdr* first_ = nullptr;
  tpacket3_hdr* last_ = nullptr;
  uint32_t count_ = 0;
};

DatagramSlots::DatagramSlots(const SlotShape& shape)
    : shape_(shape),
      mapping_(Mapping::OfMemory(size_t{shape.blocks} * shape.block_bytes)),
      messages_(shape.batch),
      vectors_(shape.batch),
      control_(size_t{shape.batch} * kControlBytes) {}

uint32_t DatagramSlots::Acquire(int fd, uint32_t index) {
  uint8_t* block = BlockAt(index);
  const uint32_t status = AcquireBlock(block);
  return status != TP_STATUS_KERNEL ? status : Fill(fd, block);
}

void DatagramSlots::Release(uint32_t index) { ReleaseBlock(BlockAt(index)); }

void DatagramSlots::Close() noexcept {
  if (!mapping_) return;
  mapping_->Blank();
  mapping_ = MappingRef();
}

uint8_t* DatagramSlots::SlotAt(uint8_t* block, uint32_t slot) const {
  return block + kDescBytes + size_t{slot} * shape_.slot_bytes;
}

uint32_t DatagramSlots::Fill(int fd, uint8_t* block) {
  Aim(block);
  const int count = TrySystemCall("recvmmsg", [&] {
    return ::recvmmsg(fd, messages_.data(), shape_.batch, MSG_DONTWAIT | MSG_TRUNC, nullptr);
  });
  if (count <= 0) {
    if (count < 0 && errno != EAGAIN) error_ = errno;
    return TP_STATUS_KERNEL;
  }
  HeaderChain chain(block);
  for (int i = 0; i < count; ++i) Describe(SlotAt(block, static_cast<uint32_t>(i)), messages_[static_cast<size_t>(i)], &chain);
  chain.Finish(kDescBytes + static_cast<uint32_t>(count) * shape_.slot_bytes, ++sequence_);
  PublishBlock(block, TP_STATUS_USER);
  return TP_STATUS_USER;
}

// Points every message at its slot of this block; the kernel shortens the lengths with each call.
void DatagramSlots::Aim(uint8_t* block) {
  for (uint32_t i = 0; i < shape_.batch; ++i) {
    uint8_t* slot = SlotAt(block, i);
    vectors_[i] = {slot + shape_.headroom, shape_.slot_bytes - shape_.headroom - shape_.tailroom};
    msghdr& header = messages_[i].msg_hdr;
    header = {};
    header.msg_name = shape_.max_segments > 0 ? slot : slot + kAddressAt;
    header.msg_namelen = kAddressBytes;
    header.msg_iov = &vectors_[i];
    header.msg_iovlen = 1;
    header.msg_control = control_.data() + size_t{i} * kControlBytes;
    header.msg_controllen = kControlBytes;
  }
}

void DatagramSlots::Describe(uint8_t* slot, const mmsghdr& received, HeaderChain* chain) const {
  const Message message(received, received.msg_hdr.msg_iov->iov_len);
  if (shape_.max_segments > 0) return DescribeSegments(slot, message, chain);
  chain->Append(slot, slot + shape_.headroom, message.captured, message.length, message);
}

// The headers end where the data begins. Only the last segment of a message of nearly 64 KiB can lie too far behind its
// header for tp_mac: that one, a few hundred bytes at most, is copied behind a header in the tail room.
void DatagramSlots::DescribeSegments(uint8_t* slot, const Message& message, HeaderChain* chain) const {
  const uint32_t whole = std::max(message.captured, 1u);
  const uint32_t asked = message.segment_bytes == 0 ? whole : message.segment_bytes;
  const uint32_t step = std::max(asked, (whole + shape_.max_segments - 1) / shape_.max_segments);
  const uint32_t count = (whole + step - 1) / step;
  uint8_t* data = slot + shape_.headroom;
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t* at = data - size_t{count - i} * kHeaderStep;
    uint8_t* bytes = data + size_t{i} * step;
    const uint32_t length = std::min(step, message.captured - i * step);
    if (bytes - at > kMaxOffset) {
      at = data + AlignUp(message.captured, TPACKET_ALIGNMENT);
      bytes = static_cast<uint8_t*>(::memmove(at + kHeaderStep, bytes, length));
    }
    ::memcpy(at + kAddressAt, slot, kAddressBytes);
    chain->Append(at, bytes, length, count == 1 ? message.length : length, message);
  }
}

}  // namespace zc
