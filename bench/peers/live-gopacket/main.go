// Go: gopacket's afpacket ring, read without a copy, decoded by DecodingLayerParser; the ring is like RxRing's.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"

	"github.com/google/gopacket"
	"github.com/google/gopacket/afpacket"
	"github.com/google/gopacket/layers"
)

const (
	payloadAt     = 42
	begin         = 1
	end           = 2
	clockCPU      = 2 // CLOCK_PROCESS_CPUTIME_ID
	clockMono     = 1
	mostLatencies = 65536
)

func clock(id uintptr) uint64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&now)), 0)
	return uint64(now.Nano())
}

func main() {
	capture, err := afpacket.NewTPacket(
		afpacket.OptInterface(os.Args[1]),
		afpacket.OptFrameSize(1<<16),
		afpacket.OptBlockSize(1<<20),
		afpacket.OptNumBlocks(32),
		afpacket.OptBlockTimeout(10*time.Millisecond),
		afpacket.TPacketVersion3,
	)
	must(err)
	var eth layers.Ethernet
	var ip layers.IPv4
	var udp layers.UDP
	var payload gopacket.Payload
	decoded := make([]gopacket.LayerType, 0, 8)
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &eth, &ip, &udp, &payload)
	parser.IgnoreUnsupported = true
	out := bufio.NewWriter(os.Stdout)
	say := func(format string, args ...interface{}) {
		fmt.Fprintf(out, format, args...)
	}
	say("ready\n")
	must(out.Flush())

	packets, sum, cpuBefore, running := uint64(0), uint32(0), uint64(0), false
	latencies := make([]uint64, 0, mostLatencies)
	for {
		frame, _, err := capture.ZeroCopyReadPacketData()
		must(err)
		if len(frame) < payloadAt+16 {
			continue
		}
		switch binary.LittleEndian.Uint32(frame[payloadAt:]) {
		case begin:
			packets, sum, latencies, running = 0, 0, latencies[:0], true
			cpuBefore = clock(clockCPU)
			continue
		case end:
			if running {
				say("%d %d %d", clock(clockCPU)-cpuBefore, packets, sum)
				for _, latency := range latencies {
					say(" %d", latency)
				}
				say("\n")
				must(out.Flush())
			}
			running = false
			continue
		}
		if parser.DecodeLayers(frame, &decoded) != nil || len(decoded) < 3 || decoded[2] != layers.LayerTypeUDP {
			continue
		}
		sum += uint32(eth.EthernetType) + uint32(ip.IHL) + uint32(ip.Length) + uint32(ip.TTL) +
			uint32(ip.Protocol) + binary.BigEndian.Uint32(ip.SrcIP) + binary.BigEndian.Uint32(ip.DstIP) +
			uint32(udp.SrcPort) + uint32(udp.DstPort) + uint32(udp.Length) + uint32(udp.Checksum)
		packets++
		if sent := binary.LittleEndian.Uint64(frame[payloadAt+8:]); sent != 0 && len(latencies) < mostLatencies {
			latencies = append(latencies, clock(clockMono)-sent)
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
