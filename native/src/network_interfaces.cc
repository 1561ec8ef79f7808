#include "network_interfaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "system_call.h"
#include "unique_fd.h"

namespace zc {
namespace {

// Any socket will do to ask about interfaces.
UniqueFd OpenControlSocket() {
  return UniqueFd(SystemCall("socket(AF_INET)", [] { return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); }));
}

ifreq RequestFor(const char* name) {
  ifreq request = {};
  ::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  return request;
}

// Fills in one interface. Returns false when it went away meanwhile.
bool Describe(int fd, NetworkInterface* interface) {
  ifreq request = RequestFor(interface->name.c_str());
  if (::ioctl(fd, SIOCGIFFLAGS, &request) != 0) return false;
  interface->flags = static_cast<unsigned short>(request.ifr_flags);
  if (::ioctl(fd, SIOCGIFMTU, &request) != 0) return false;
  interface->mtu = request.ifr_mtu;
  if (::ioctl(fd, SIOCGIFHWADDR, &request) != 0) return false;
  interface->hatype = request.ifr_hwaddr.sa_family;
  ::memcpy(interface->address, request.ifr_hwaddr.sa_data, sizeof interface->address);
  return true;
}

// Runs one ethtool command, `command` being its structure. Returns false where the driver does not know it.
template <typename Command>
bool Ethtool(int fd, const std::string& name, Command* command) {
  ifreq request = RequestFor(name.c_str());
  request.ifr_data = reinterpret_cast<char*>(command);
  return ::ioctl(fd, SIOCETHTOOL, &request) == 0;
}

bool EthtoolFlag(int fd, const std::string& name, uint32_t command, uint32_t mask) {
  ethtool_value value = {};
  value.cmd = command;
  return Ethtool(fd, name, &value) && (value.data & mask) != 0;
}

unsigned PrefixLength(const uint8_t* mask, size_t bytes) {
  unsigned bits = 0;
  for (size_t i = 0; i < bytes; ++i) bits += static_cast<unsigned>(__builtin_popcount(mask[i]));
  return bits;
}

// "192.0.2.1/24"; empty for other families.
std::string TextOf(const sockaddr* address, const sockaddr* mask) {
  char text[INET6_ADDRSTRLEN];
  unsigned prefix = 0;
  if (address->sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text, sizeof text);
    prefix = PrefixLength(reinterpret_cast<const uint8_t*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr), 4);
  } else if (address->sa_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    prefix = PrefixLength(reinterpret_cast<const uint8_t*>(&reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr), 16);
  } else {
    return "";
  }
  return std::string(text) + "/" + std::to_string(prefix);
}

// Calls `visit` with each address of an interface.
template <typename Visit>
void ForEachAddress(const std::string& name, Visit visit) {
  ifaddrs* list = nullptr;
  SystemCall("getifaddrs", [&] { return ::getifaddrs(&list); });
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr && name == each->ifa_name) visit(*each);
  }
  ::freeifaddrs(list);
}

}  // namespace

InterfaceOffloads ReadOffloads(const std::string& name) {
  UniqueFd fd = OpenControlSocket();
  InterfaceOffloads offloads;
  ethtool_cmd link = {};
  link.cmd = ETHTOOL_GSET;
  if (Ethtool(fd.get(), name, &link)) {
    const uint32_t speed = ethtool_cmd_speed(&link);
    if (speed != static_cast<uint32_t>(SPEED_UNKNOWN) && speed != 0xffff) offloads.speed_mbps = speed;
  }
  const struct {
    const char* name;
    uint32_t command;
    uint32_t mask;
  } features[] = {
      {"gro", ETHTOOL_GGRO, ~0u},
      {"lro", ETHTOOL_GFLAGS, ETH_FLAG_LRO},
      {"gso", ETHTOOL_GGSO, ~0u},
      {"tso", ETHTOOL_GTSO, ~0u},
      {"rx-checksum", ETHTOOL_GRXCSUM, ~0u},
      {"rx-vlan", ETHTOOL_GFLAGS, ETH_FLAG_RXVLAN},
  };
  for (const auto& feature : features) {
    if (EthtoolFlag(fd.get(), name, feature.command, feature.mask)) offloads.active.push_back(feature.name);
  }
  return offloads;
}

std::vector<std::string> ListAddresses(const std::string& name) {
  std::vector<std::string> addresses;
  ForEachAddress(name, [&](const ifaddrs& each) {
    const std::string text = each.ifa_netmask == nullptr ? "" : TextOf(each.ifa_addr, each.ifa_netmask);
    if (!text.empty()) addresses.push_back(text);
  });
  return addresses;
}

uint32_t ReadInterfaceDrops(const std::string& name) {
  uint32_t drops = 0;
  ForEachAddress(name, [&](const ifaddrs& each) {
    if (each.ifa_addr->sa_family != AF_PACKET || each.ifa_data == nullptr) return;
    const auto* stats = static_cast<const rtnl_link_stats*>(each.ifa_data);
    drops = stats->rx_missed_errors + stats->rx_fifo_errors;
  });
  return drops;
}

std::vector<NetworkInterface> ListInterfaces() {
  UniqueFd fd = OpenControlSocket();
  struct if_nameindex* names = ::if_nameindex();
  if (names == nullptr) throw SyscallError("if_nameindex", errno);
  std::vector<NetworkInterface> interfaces;
  for (const struct if_nameindex* entry = names; entry->if_index != 0; ++entry) {
    NetworkInterface interface;
    interface.name = entry->if_name;
    interface.index = static_cast<int>(entry->if_index);
    if (Describe(fd.get(), &interface)) interfaces.push_back(interface);
  }
  ::if_freenameindex(names);
  return interfaces;
}

void SetInterfaceUp(const std::string& name, bool up) {
  UniqueFd fd = OpenControlSocket();
  ifreq request = RequestFor(name.c_str());
  if (::ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) throw SyscallError("ioctl(SIOCGIFFLAGS)", errno);
  const int flags = request.ifr_flags;
  request.ifr_flags = static_cast<short>(up ? flags | IFF_UP : flags & ~IFF_UP);
  if (::ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) throw SyscallError("ioctl(SIOCSIFFLAGS)", errno);
}

}  // namespace zc
