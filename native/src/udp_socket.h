#ifndef ZC_NATIVE_UDP_SOCKET_H_
#define ZC_NATIVE_UDP_SOCKET_H_

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "unique_fd.h"

namespace zc {

// What a UDP socket is opened with. Addresses are sockaddr_in or sockaddr_in6, as bytes.
struct UdpRequest {
  std::vector<uint8_t> address;
  std::vector<std::vector<uint8_t>> groups;  // multicast groups to join
  int interface_index = 0;                   // where: 0 lets the routing table choose
  bool reuse_address = false;
  bool only_v6 = false;
  bool segments = false;     // UDP_GRO
  int receive_buffer = 0;    // SO_RCVBUF in bytes, 0: the system's default
  std::vector<sock_filter> filter;
};

// Owns a UDP socket that receives. All members throw SyscallError.
class UdpSocket {
 public:
  static UdpSocket Open(const UdpRequest& request);

  UdpSocket(UdpSocket&&) noexcept = default;

  void AttachFilter(const std::vector<sock_filter>& filter);

  // Datagrams that found no room in the socket's buffer, or failed their checksum or a filter. Modulo 2^32.
  uint32_t Drops() const;

  // The port it is bound to: the system's choice where 0 was asked for.
  uint16_t Port() const;

  int TakeError();
  int fd() const noexcept { return fd_.get(); }

 private:
  explicit UdpSocket(UniqueFd fd) : fd_(std::move(fd)) {}
  void Set(int level, int option, const void* value, size_t bytes, const char* what);
  void TurnOn(int level, int option, const char* what);
  void Join(const std::vector<uint8_t>& group, int interface_index, int family);

  UniqueFd fd_;
};

}  // namespace zc

#endif  // ZC_NATIVE_UDP_SOCKET_H_
