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

// What a receive ring is opened with.
struct RingRequest {
  int interface_index = 0;
  tpacket_req3 ring = {};
  std::vector<sock_filter> filter;  // empty: everything
  bool promiscuous = false;
  bool ignore_outgoing = false;
};

// Owns a packet socket. All members throw SyscallError.
class PacketSocket {
 public:
  // A socket of protocol 0: it receives nothing until it is bound, so that no foreign packet comes in first.
  static PacketSocket Open();

  PacketSocket(PacketSocket&&) noexcept = default;
  PacketSocket& operator=(PacketSocket&&) noexcept = default;

  // Sets a TPACKET_V3 ring up, maps it and starts to receive. The order matters: each step would fail or let packets
  // slip by after the next one.
  MappingRef StartRing(const RingRequest& request);

  // Prepares for sending on an interface; nothing is received. `bypass` skips the queueing discipline.
  void StartSending(int interface_index, bool bypass);

  void AttachFilter(const std::vector<sock_filter>& filter);

  // Copies PACKET_STATISTICS, which the kernel sets back to 0, to `target`. Returns the bytes written.
  size_t ReadStatistics(void* target, size_t bytes);

  // SO_ERROR: read once, then 0 again.
  int TakeError();

  // The interface the socket is bound to now; -1 once that is gone.
  int BoundInterface() const;

  // Whether the interface it is bound to is up.
  bool IsLinkUp() const;

  int fd() const noexcept { return fd_.get(); }
  void Close() noexcept { fd_.reset(); }

 private:
  explicit PacketSocket(UniqueFd fd) : fd_(std::move(fd)) {}
  void SetOption(int option, const void* value, size_t bytes, const char* what);
  void Bind(int interface_index, uint16_t protocol);
  void AddPromiscuous(int interface_index);

  UniqueFd fd_;
};

}  // namespace zc

#endif  // ZC_NATIVE_PACKET_SOCKET_H_
