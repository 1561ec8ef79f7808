#include "network_interfaces.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "syscall_error.h"
#include "unique_fd.h"

namespace zc {
namespace {

// Any socket will do to ask about interfaces.
UniqueFd OpenControlSocket() {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) throw SyscallError("socket(AF_INET)", errno);
  return fd;
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

}  // namespace

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
