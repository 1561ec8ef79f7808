#include "packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "system_call.h"
#include "thread_affinity.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23  // linux/if_packet.h since 4.20
#endif

namespace zc {
namespace {

// struct virtio_net_hdr comes between sockaddr_ll and data and moves the data by its 10 bytes: with so many more in
// reserve the network header stays aligned to 16. (linux/virtio_net.h is no C++: a field is called "class".)
constexpr unsigned kVnetHeaderBytes = 10;
constexpr unsigned kVnetReserve = 16 - kVnetHeaderBytes;

int SocketOption(int fd, int option, const char* what) {
  int value = 0;
  socklen_t length = sizeof value;
  SystemCall(what, [&] { return ::getsockopt(fd, SOL_SOCKET, option, &value, &length); });
  return value;
}

sockaddr_ll BoundAddress(int fd) {
  sockaddr_ll address = {};
  socklen_t length = sizeof address;
  SystemCall("getsockname", [&] { return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length); });
  return address;
}

}  // namespace

SocketDescription DescribeSocket(int fd) {
  SocketDescription description;
  description.domain = SocketOption(fd, SO_DOMAIN, "getsockopt(SO_DOMAIN)");
  description.type = SocketOption(fd, SO_TYPE, "getsockopt(SO_TYPE)");
  if (description.domain == AF_PACKET) description.interface_index = BoundAddress(fd).sll_ifindex;
  return description;
}

PacketSocket PacketSocket::Open(bool cooked) {
  const int type = (cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  return PacketSocket(UniqueFd(SystemCall("socket(AF_PACKET)", [&] { return ::socket(AF_PACKET, type, 0); })));
}

PacketSocket PacketSocket::Adopt(int fd) {
  PacketSocket socket(UniqueFd(SystemCall("fcntl(F_DUPFD_CLOEXEC)", [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); })));
  const int flags = SystemCall("fcntl(F_GETFL)", [&] { return ::fcntl(socket.fd(), F_GETFL); });
  SystemCall("fcntl(F_SETFL)", [&] { return ::fcntl(socket.fd(), F_SETFL, flags | O_NONBLOCK); });
  return socket;
}

MappingRef PacketSocket::StartRing(const RingRequest& request) {
  PrepareReceiving(request);
  const int version = TPACKET_V3;
  SetOption(PACKET_VERSION, &version, sizeof version, "setsockopt(PACKET_VERSION)");
  if (request.vnet_header) {
    TurnOn(PACKET_VNET_HDR, "setsockopt(PACKET_VNET_HDR)");
    SetOption(PACKET_RESERVE, &kVnetReserve, sizeof kVnetReserve, "setsockopt(PACKET_RESERVE)");
  }
  SetOption(PACKET_RX_RING, &request.ring, sizeof request.ring, "setsockopt(PACKET_RX_RING)");
  const size_t bytes = static_cast<size_t>(request.ring.tp_block_size) * request.ring.tp_block_nr;
  MappingRef mapping = Mapping::OfRing(fd_.get(), bytes);
  BeginReceiving(request);
  return mapping;
}

void PacketSocket::StartReceiving(const ReceiveRequest& request, int receive_buffer) {
  PrepareReceiving(request);
  TurnOn(PACKET_AUXDATA, "setsockopt(PACKET_AUXDATA)");
  if (receive_buffer > 0) {
    SystemCall("setsockopt(SO_RCVBUF)", [&] {
      return ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    });
  }
  const int on = 1;
  SystemCall("setsockopt(SO_TIMESTAMPNS)",
             [&] { return ::setsockopt(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on); });
  BeginReceiving(request);
}

void PacketSocket::StartSending(int interface_index, bool bypass) {
  if (bypass) TurnOn(PACKET_QDISC_BYPASS, "setsockopt(PACKET_QDISC_BYPASS)");
  Bind(interface_index, 0);
}

// Everything that has to hold before the first packet comes, but for the ring itself.
void PacketSocket::PrepareReceiving(const ReceiveRequest& request) {
  if (request.cpu >= 0) PinThread(request.cpu);  // first: the kernel takes the ring's memory near this processor
  if (request.adopted_fd >= 0) Silence();
  if (request.ignore_outgoing) TurnOn(PACKET_IGNORE_OUTGOING, "setsockopt(PACKET_IGNORE_OUTGOING)");
  ChooseTimestamps(request);
  if (request.adopted_fd < 0 && !request.filter.empty()) AttachFilter(request.filter);
}

// No PACKET_STATISTICS for a socket of our own to set the counts to 0: nothing was counted before the bind, and what
// came since counts. One that we were given may have received before; it has been silent since.
void PacketSocket::BeginReceiving(const ReceiveRequest& request) {
  if (request.promiscuous) AddPromiscuous(request.interface_index);
  const sockaddr_ll bound = BoundAddress(fd_.get());
  if (bound.sll_ifindex != request.interface_index || bound.sll_protocol != htons(ETH_P_ALL)) {
    Bind(request.interface_index, ETH_P_ALL);
  }
  if (request.fanout) JoinFanout(request);
  if (request.adopted_fd < 0) return;
  tpacket_stats_v3 before;
  ReadStatistics(&before, sizeof before);
  if (request.filter.empty()) {
    DetachFilter();
  } else {
    AttachFilter(request.filter);
  }
}

// Lets nothing in: between what a socket that we were given has counted so far and what it counts for us.
void PacketSocket::Silence() {
  sock_filter drop_all = {};
  drop_all.code = BPF_RET | BPF_K;
  AttachFilter({drop_all});
}

void PacketSocket::ChooseTimestamps(const ReceiveRequest& request) {
  if (request.timestamps == Timestamps::kOnCopy) return;
  const int on = 1;  // turns stamping on where the stack takes packets from the driver
  SystemCall("setsockopt(SO_TIMESTAMPNS)",
             [&] { return ::setsockopt(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on); });
  int source = SOF_TIMESTAMPING_SOFTWARE;
  if (request.timestamps == Timestamps::kHardware) {
    has_hardware_stamps_ = StampInCard(request.interface_index);
    source |= SOF_TIMESTAMPING_RAW_HARDWARE;
  }
  SetOption(PACKET_TIMESTAMP, &source, sizeof source, "setsockopt(PACKET_TIMESTAMP)");
}

// Asks the driver to stamp every packet. Returns false where it cannot, or we may not (CAP_NET_ADMIN).
bool PacketSocket::StampInCard(int interface_index) {
  hwtstamp_config config = {};
  config.tx_type = HWTSTAMP_TX_OFF;
  config.rx_filter = HWTSTAMP_FILTER_ALL;
  ifreq request = {};
  request.ifr_ifindex = interface_index;
  if (::ioctl(fd_.get(), SIOCGIFNAME, &request) != 0) return false;
  request.ifr_data = reinterpret_cast<char*>(&config);
  return TrySystemCall("ioctl(SIOCSHWTSTAMP)", [&] { return ::ioctl(fd_.get(), SIOCSHWTSTAMP, &request); }) == 0;
}

// After the bind: the kernel refuses a socket that does not receive yet.
void PacketSocket::JoinFanout(const ReceiveRequest& request) {
  SetOption(PACKET_FANOUT, &request.fanout_argument, sizeof request.fanout_argument, "setsockopt(PACKET_FANOUT)");
  if (request.fanout_program.empty()) return;
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(request.fanout_program.size());
  program.filter = const_cast<sock_filter*>(request.fanout_program.data());
  SetOption(PACKET_FANOUT_DATA, &program, sizeof program, "setsockopt(PACKET_FANOUT_DATA)");
}

void PacketSocket::AttachFilter(const std::vector<sock_filter>& filter) {
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());
  SystemCall("setsockopt(SO_ATTACH_FILTER)", [&] {
    return ::setsockopt(fd_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
  });
}

void PacketSocket::DetachFilter() {
  const int unused = 0;
  const int result = TrySystemCall("setsockopt(SO_DETACH_FILTER)", [&] {
    return ::setsockopt(fd_.get(), SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
  });
  if (result != 0 && errno != ENOENT) throw SyscallError("setsockopt(SO_DETACH_FILTER)", errno);
}

size_t PacketSocket::ReadStatistics(void* target, size_t bytes) {
  socklen_t length = static_cast<socklen_t>(bytes);
  SystemCall("getsockopt(PACKET_STATISTICS)",
             [&] { return ::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, target, &length); });
  return length;
}

int PacketSocket::TakeError() { return SocketOption(fd_.get(), SO_ERROR, "getsockopt(SO_ERROR)"); }

int PacketSocket::BoundInterface() const { return BoundAddress(fd_.get()).sll_ifindex; }

bool PacketSocket::IsLinkUp() const {
  ifreq request = {};
  request.ifr_ifindex = BoundInterface();
  if (::ioctl(fd_.get(), SIOCGIFNAME, &request) != 0) return false;
  if (::ioctl(fd_.get(), SIOCGIFFLAGS, &request) != 0) return false;
  return (request.ifr_flags & IFF_UP) != 0;
}

uint32_t PacketSocket::FanoutArgument() const {
  uint32_t argument = 0;
  socklen_t length = sizeof argument;
  SystemCall("getsockopt(PACKET_FANOUT)",
             [&] { return ::getsockopt(fd_.get(), SOL_PACKET, PACKET_FANOUT, &argument, &length); });
  return argument;
}

void PacketSocket::SetOption(int option, const void* value, size_t bytes, const char* what) {
  SystemCall(what, [&] { return ::setsockopt(fd_.get(), SOL_PACKET, option, value, static_cast<socklen_t>(bytes)); });
}

void PacketSocket::TurnOn(int option, const char* what) {
  const int on = 1;
  SetOption(option, &on, sizeof on, what);
}

void PacketSocket::Bind(int interface_index, uint16_t protocol) {
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = interface_index;
  SystemCall("bind", [&] { return ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address); });
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
