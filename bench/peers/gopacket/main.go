// Go: gopacket's DecodingLayerParser, its way without an allocation a packet, on the mapped ring.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// TPACKET3_HDRLEN of linux/if_packet.h, and the offsets of its structs.
const (
	headerBytes      = 68
	blockStatus      = 8
	numPkts          = 12
	offsetToFirstPkt = 16
	tpSnaplen        = 12
	tpMac            = 24
)

type peer struct {
	ring       []byte
	blockBytes int
	blocks     int
	eth        layers.Ethernet
	ip         layers.IPv4
	udp        layers.UDP
	payload    gopacket.Payload
	parser     *gopacket.DecodingLayerParser
	decoded    []gopacket.LayerType
}

func (p *peer) sumBlock(number int) (packets int, sum uint32) {
	block := p.ring[number%p.blocks*p.blockBytes:][:p.blockBytes]
	packets = int(binary.LittleEndian.Uint32(block[numPkts:]))
	at := int(binary.LittleEndian.Uint32(block[offsetToFirstPkt:]))
	for left := packets; left > 0; left-- {
		header := block[at:]
		mac := int(binary.LittleEndian.Uint16(header[tpMac:]))
		length := mac + int(binary.LittleEndian.Uint32(header[tpSnaplen:]))
		step := int(binary.LittleEndian.Uint32(header))
		if mac < headerBytes || left > 1 && step < length {
			panic("a broken block")
		}
		sum += p.sumFrame(header[mac:length])
		at += step
	}
	return packets, sum
}

func (p *peer) sumFrame(frame []byte) uint32 {
	if p.parser.DecodeLayers(frame, &p.decoded) != nil || len(p.decoded) < 3 || p.decoded[2] != layers.LayerTypeUDP {
		return 0
	}
	return uint32(p.eth.EthernetType) + uint32(p.ip.IHL) + uint32(p.ip.Length) + uint32(p.ip.TTL) +
		uint32(p.ip.Protocol) + binary.BigEndian.Uint32(p.ip.SrcIP) + binary.BigEndian.Uint32(p.ip.DstIP) +
		uint32(p.udp.SrcPort) + uint32(p.udp.DstPort) + uint32(p.udp.Length) + uint32(p.udp.Checksum)
}

func mapRing() *peer {
	file, err := os.Open(os.Args[1])
	must(err)
	blockBytes, err := strconv.Atoi(os.Args[2])
	must(err)
	blocks, err := strconv.Atoi(os.Args[3])
	must(err)
	ring, err := syscall.Mmap(int(file.Fd()), 0, blockBytes*blocks, syscall.PROT_READ, syscall.MAP_SHARED|syscall.MAP_POPULATE)
	must(err)
	for blocks > 0 && binary.LittleEndian.Uint32(ring[(blocks-1)*blockBytes+blockStatus:])&1 == 0 {
		blocks--
	}
	p := &peer{ring: ring, blockBytes: blockBytes, blocks: blocks}
	p.parser = gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &p.eth, &p.ip, &p.udp, &p.payload)
	p.parser.IgnoreUnsupported = true
	return p
}

func main() {
	p := mapRing()
	first := 0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		count := p.blocks
		isRun, _ := fmt.Sscanf(lines.Text(), "run %d", &count)
		packets, sum := 0, uint32(0)
		before := time.Now()
		for i := 0; i < count; i++ {
			n, s := p.sumBlock(first + i)
			packets, sum = packets+n, sum+s
		}
		if isRun == 1 {
			fmt.Print(time.Since(before).Nanoseconds(), " ")
			first = (first + count) % p.blocks
		}
		fmt.Println(packets, sum)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
