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

// What an interface and its driver do to packets before a socket sees them (SIOCETHTOOL). Unknown is off, and 0.
struct InterfaceOffloads {
  unsigned speed_mbps = 0;
  std::vector<std::string> active;  // "gro", "lro", "gso", "tso", "rx-checksum", "rx-vlan"
};
InterfaceOffloads ReadOffloads(const std::string& name);

// IP addresses as text, with the prefix's length.
std::vector<std::string> ListAddresses(const std::string& name);

// Packets that the card or its driver lost before any socket saw them: rx_missed_errors and rx_fifo_errors, of the
// system's 32-bit counts. 0 for an interface that is gone.
uint32_t ReadInterfaceDrops(const std::string& name);

// Raises or lowers an interface; needs CAP_NET_ADMIN. @throws SyscallError
void SetInterfaceUp(const std::string& name, bool up);

}  // namespace zc

#endif  // ZC_NATIVE_NETWORK_INTERFACES_H_
