#include "udp_socket.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "system_call.h"

#ifndef UDP_GRO
#define UDP_GRO 104  // linux/udp.h since 5.0
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55  // asm-generic/socket.h since 4.12
#endif

namespace zc {

UdpSocket UdpSocket::Open(const UdpRequest& request) {
  sockaddr_storage address = {};
  if (request.address.size() > sizeof address) throw SyscallError("bind", EINVAL);
  ::memcpy(&address, request.address.data(), request.address.size());
  const int family = address.ss_family;
  UdpSocket socket(UniqueFd(SystemCall(
      "socket(UDP)", [&] { return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP); })));
  if (request.reuse_address) socket.TurnOn(SOL_SOCKET, SO_REUSEADDR, "setsockopt(SO_REUSEADDR)");
  if (family == AF_INET6) {
    const int only = request.only_v6 ? 1 : 0;
    socket.Set(IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only, "setsockopt(IPV6_V6ONLY)");
  }
  if (request.receive_buffer > 0) {
    socket.Set(SOL_SOCKET, SO_RCVBUF, &request.receive_buffer, sizeof request.receive_buffer, "setsockopt(SO_RCVBUF)");
  }
  socket.TurnOn(SOL_SOCKET, SO_TIMESTAMPNS, "setsockopt(SO_TIMESTAMPNS)");
  if (request.segments) socket.TurnOn(SOL_UDP, UDP_GRO, "setsockopt(UDP_GRO)");
  if (!request.filter.empty()) socket.AttachFilter(request.filter);
  SystemCall("bind", [&] {
    return ::bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(request.address.size()));
  });
  for (const auto& group : request.groups) socket.Join(group, request.interface_index, family);
  return socket;
}

void UdpSocket::AttachFilter(const std::vector<sock_filter>& filter) {
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());
  Set(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program, "setsockopt(SO_ATTACH_FILTER)");
}

uint32_t UdpSocket::Drops() const {
  uint32_t counts[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof counts;
  SystemCall("getsockopt(SO_MEMINFO)",
             [&] { return ::getsockopt(fd_.get(), SOL_SOCKET, SO_MEMINFO, counts, &length); });
  return counts[SK_MEMINFO_DROPS];
}

uint16_t UdpSocket::Port() const {
  sockaddr_storage address = {};
  socklen_t length = sizeof address;
  SystemCall("getsockname",
             [&] { return ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length); });
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

int UdpSocket::TakeError() {
  int error = 0;
  socklen_t length = sizeof error;
  SystemCall("getsockopt(SO_ERROR)", [&] { return ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length); });
  return error;
}

void UdpSocket::Set(int level, int option, const void* value, size_t bytes, const char* what) {
  SystemCall(what, [&] { return ::setsockopt(fd_.get(), level, option, value, static_cast<socklen_t>(bytes)); });
}

void UdpSocket::TurnOn(int level, int option, const char* what) {
  const int on = 1;
  Set(level, option, &on, sizeof on, what);
}

void UdpSocket::Join(const std::vector<uint8_t>& group, int interface_index, int family) {
  group_req request = {};
  request.gr_interface = static_cast<uint32_t>(interface_index);
  if (group.size() > sizeof request.gr_group) throw SyscallError("setsockopt(MCAST_JOIN_GROUP)", EINVAL);
  ::memcpy(&request.gr_group, group.data(), group.size());
  const int level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  Set(level, MCAST_JOIN_GROUP, &request, sizeof request, "setsockopt(MCAST_JOIN_GROUP)");
}

}  // namespace zc
