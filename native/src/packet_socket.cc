#include "packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "syscall_error.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23  // linux/if_packet.h since 4.20
#endif

namespace zc {

PacketSocket PacketSocket::Open() {
  UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) throw SyscallError("socket(AF_PACKET)", errno);
  return PacketSocket(std::move(fd));
}

MappingRef PacketSocket::StartRing(const RingRequest& request) {
  const int version = TPACKET_V3;
  SetOption(PACKET_VERSION, &version, sizeof version, "setsockopt(PACKET_VERSION)");
  if (request.ignore_outgoing) {
    const int on = 1;
    SetOption(PACKET_IGNORE_OUTGOING, &on, sizeof on, "setsockopt(PACKET_IGNORE_OUTGOING)");
  }
  if (!request.filter.empty()) AttachFilter(request.filter);
  SetOption(PACKET_RX_RING, &request.ring, sizeof request.ring, "setsockopt(PACKET_RX_RING)");
  const size_t bytes = static_cast<size_t>(request.ring.tp_block_size) * request.ring.tp_block_nr;
  MappingRef mapping = Mapping::OfRing(fd_.get(), bytes);
  if (request.promiscuous) AddPromiscuous(request.interface_index);
  Bind(request.interface_index, ETH_P_ALL);
  // No PACKET_STATISTICS here to set the counts to 0: nothing was counted before the bind, and what came since counts.
  return mapping;
}

void PacketSocket::StartSending(int interface_index, bool bypass) {
  if (bypass) {
    const int on = 1;
    SetOption(PACKET_QDISC_BYPASS, &on, sizeof on, "setsockopt(PACKET_QDISC_BYPASS)");
  }
  Bind(interface_index, 0);
}

void PacketSocket::AttachFilter(const std::vector<sock_filter>& filter) {
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());
  if (::setsockopt(fd_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    throw SyscallError("setsockopt(SO_ATTACH_FILTER)", errno);
  }
}

size_t PacketSocket::ReadStatistics(void* target, size_t bytes) {
  socklen_t length = static_cast<socklen_t>(bytes);
  if (::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, target, &length) != 0) {
    throw SyscallError("getsockopt(PACKET_STATISTICS)", errno);
  }
  return length;
}

int PacketSocket::TakeError() {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) throw SyscallError("getsockopt(SO_ERROR)", errno);
  return error;
}

int PacketSocket::BoundInterface() const {
  sockaddr_ll address = {};
  socklen_t length = sizeof address;
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) throw SyscallError("getsockname", errno);
  return address.sll_ifindex;
}

bool PacketSocket::IsLinkUp() const {
  ifreq request = {};
  request.ifr_ifindex = BoundInterface();
  if (::ioctl(fd_.get(), SIOCGIFNAME, &request) != 0) return false;
  if (::ioctl(fd_.get(), SIOCGIFFLAGS, &request) != 0) return false;
  return (request.ifr_flags & IFF_UP) != 0;
}

void PacketSocket::SetOption(int option, const void* value, size_t bytes, const char* what) {
  if (::setsockopt(fd_.get(), SOL_PACKET, option, value, static_cast<socklen_t>(bytes)) != 0) throw SyscallError(what, errno);
}

void PacketSocket::Bind(int interface_index, uint16_t protocol) {
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = interface_index;
  if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw SyscallError("bind", errno);
  // Binding to an interface that is down succeeds and leaves the error here.
  const int error = TakeError();
  if (error != 0) throw SyscallError("bind", error);
}

void PacketSocket::AddPromiscuous(int interface_index) {
  packet_mreq membership = {};
  membership.mr_ifindex = interface_index;
  membership.mr_type = PACKET_MR_PROMISC;  // the kernel takes it back when the socket goes
  SetOption(PACKET_ADD_MEMBERSHIP, &membership, sizeof membership, "setsockopt(PACKET_ADD_MEMBERSHIP)");
}

}  // namespace zc
