#ifndef ZC_NATIVE_PACKET_SOCKET_H_
#define ZC_NATIVE_PACKET_SOCKET_H_

#include <linux/filter.h>
#include <linux/if_packet.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapping.h"
#include "unique_fd.h"

namespace zc {

// Where a packet socket stamps packets.
enum class Timestamps {
  kOnCopy,    // while it copies them: costs nothing elsewhere
  kSoftware,  // where the stack takes them from the driver
  kHardware,  // in the card, where it can
};

// What any packet socket that receives is opened with.
struct ReceiveRequest {
  int adopted_fd = -1;      // a packet socket that somebody opened for us, or -1; a duplicate is made of it
  int interface_index = 0;  // 0: all
  bool cooked = false;      // without link-layer headers (SOCK_DGRAM)
  int cpu = -1;             // pins the calling thread first, or -1
  std::vector<sock_filter> filter;  // empty: everything
  bool promiscuous = false;
  bool ignore_outgoing = false;
  Timestamps timestamps = Timestamps::kOnCopy;
  bool fanout = false;
  uint32_t fanout_argument = 0;             // PACKET_FANOUT: id, mode and flags
  std::vector<sock_filter> fanout_program;  // PACKET_FANOUT_CBPF
};

// What a receive ring is opened with beside that.
struct RingRequest : ReceiveRequest {
  tpacket_req3 ring = {};
  bool vnet_header = false;
};

// What a descriptor that somebody gave us is.
struct SocketDescription {
  int domain = 0;
  int type = 0;
  int interface_index = 0;
};

// @throws SyscallError (ENOTSOCK, EBADF)
SocketDescription DescribeSocket(int fd);

// Owns a packet socket. All members throw SyscallError.
class PacketSocket {
 public:
  // A socket of protocol 0: it receives nothing until it is bound, so that no foreign packet comes in first.
  static PacketSocket Open(bool cooked = false);

  // Our own descriptor of the socket behind `fd`.
  static PacketSocket Adopt(int fd);

  PacketSocket(PacketSocket&&) noexcept = default;
  PacketSocket& operator=(PacketSocket&&) noexcept = default;

  // Sets a TPACKET_V3 ring up, maps it and starts to receive. The order matters: each step would fail or let packets
  // slip by after the next one.
  MappingRef StartRing(const RingRequest& request);

  // Starts to receive without a ring: PACKET_AUXDATA and time stamps come with each message. `receive_buffer` is
  // SO_RCVBUF in bytes, 0 for the system's default.
  void StartReceiving(const ReceiveRequest& request, int receive_buffer);

  // Prepares for sending on an interface; nothing is received. `bypass` skips the queueing discipline.
  void StartSending(int interface_index, bool bypass);

  void AttachFilter(const std::vector<sock_filter>& filter);
  void DetachFilter();

  // Copies PACKET_STATISTICS, which the kernel sets back to 0, to `target`. Returns the bytes written.
  size_t ReadStatistics(void* target, size_t bytes);

  // SO_ERROR: read once, then 0 again.
  int TakeError();

  // The interface the socket is bound to now; -1 once that is gone.
  int BoundInterface() const;

  // Whether the interface it is bound to is up.
  bool IsLinkUp() const;

  // PACKET_FANOUT: the group's id, mode and flags.
  uint32_t FanoutArgument() const;

  // Whether the card stamps packets, of those that asked for it.
  bool has_hardware_stamps() const noexcept { return has_hardware_stamps_; }

  int fd() const noexcept { return fd_.get(); }
  void Close() noexcept { fd_.reset(); }

 private:
  explicit PacketSocket(UniqueFd fd) : fd_(std::move(fd)) {}
  void SetOption(int option, const void* value, size_t bytes, const char* what);
  void TurnOn(int option, const char* what);
  void Silence();
  void PrepareReceiving(const ReceiveRequest& request);
  void BeginReceiving(const ReceiveRequest& request);
  void ChooseTimestamps(const ReceiveRequest& request);
  bool StampInCard(int interface_index);
  void JoinFanout(const ReceiveRequest& request);
  void Bind(int interface_index, uint16_t protocol);
  void AddPromiscuous(int interface_index);

  UniqueFd fd_;
  bool has_hardware_stamps_ = false;
};

}  // namespace zc

#endif  // ZC_NATIVE_PACKET_SOCKET_H_
