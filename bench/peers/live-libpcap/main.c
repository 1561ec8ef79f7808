// libpcap as its manual has it: pcap_dispatch with a callback a packet, a buffer and a timeout like RxRing's defaults.
#include <pcap/pcap.h>

#include "../support/live.h"

static void OnPacket(u_char* user, const struct pcap_pkthdr* header, const u_char* bytes) {
  TakeFrame((Live*)user, bytes, header->caplen);
}

static Live live;

int main(int argc, char** argv) {
  char problem[PCAP_ERRBUF_SIZE];
  pcap_t* capture = pcap_create(argc > 1 ? argv[1] : "lo", problem);
  if (!capture) Fail(problem);
  pcap_set_snaplen(capture, 262144);
  pcap_set_timeout(capture, 10);
  pcap_set_buffer_size(capture, 32 << 20);
  if (pcap_activate(capture) < 0) Fail(pcap_geterr(capture));
  SayReady();
  while (pcap_dispatch(capture, -1, OnPacket, (u_char*)&live) >= 0) continue;
  return 1;
}
