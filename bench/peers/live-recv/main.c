// A packet socket without a ring: one recv a packet, into one reused buffer.
#include <net/if.h>
#include <sys/socket.h>

#include "../support/live.h"

static Live live;
// An odd start puts the IP header on a multiple of 16, as in a ring.
static _Alignas(16) uint8_t buffer[2 + 65536];

int main(int argc, char** argv) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd < 0) Fail("socket");
  int bytes = 4 << 20;  // net.core.rmem_max bounds it, as for all here
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  address.sll_ifindex = (int)if_nametoindex(argc > 1 ? argv[1] : "lo");
  if (bind(fd, (struct sockaddr*)&address, sizeof address) != 0) Fail("bind");
  SayReady();
  for (;;) {
    ssize_t length = recv(fd, buffer + 2, sizeof buffer - 2, 0);
    if (length < 0) Fail("recv");
    TakeFrame(&live, buffer + 2, (size_t)length);
  }
}
