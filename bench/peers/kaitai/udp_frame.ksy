meta:
  id: udp_frame
  endian: be
seq:
  - { id: dst, size: 6 }
  - { id: src, size: 6 }
  - { id: ether_type, type: u2 }
  - { id: ipv4, type: ipv4, if: ether_type == 0x0800 }
types:
  ipv4:
    seq:
      - { id: version, type: b4 }
      - { id: ihl, type: b4 }
      - { id: tos, type: u1 }
      - { id: total_length, type: u2 }
      - { id: identification, type: u2 }
      - { id: fragment, type: u2 }
      - { id: ttl, type: u1 }
      - { id: protocol, type: u1 }
      - { id: checksum, type: u2 }
      - { id: src, type: u4 }
      - { id: dst, type: u4 }
      - { id: options, size: (ihl - 5) * 4 }
      - { id: udp, type: udp, if: protocol == 17 }
  udp:
    seq:
      - { id: src_port, type: u2 }
      - { id: dst_port, type: u2 }
      - { id: length, type: u2 }
      - { id: checksum, type: u2 }
