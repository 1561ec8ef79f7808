#ifndef ZC_NATIVE_NETWORK_INTERFACES_H_
#define ZC_NATIVE_NETWORK_INTERFACES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace zc {

struct NetworkInterface {
  std::string name;
  int index = 0;
  unsigned flags = 0;        // IFF_*
  unsigned short hatype = 0; // ARPHRD_*
  int mtu = 0;
  uint8_t address[6] = {};
};

// The interfaces of this network namespace. @throws SyscallError
std::vector<NetworkInterface> ListInterfaces();

// Raises or lowers an interface; needs CAP_NET_ADMIN. @throws SyscallError
void SetInterfaceUp(const std::string& name, bool up);

}  // namespace zc

#endif  // ZC_NATIVE_NETWORK_INTERFACES_H_
