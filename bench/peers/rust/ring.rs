//! The ring, mapped by memmap2 and read through bytemuck's checked casts: what both Rust peers share.
use bytemuck::{try_from_bytes, Pod, Zeroable};
use memmap2::{Mmap, MmapOptions};
use std::fs::File;

const ETHERTYPE_IPV4: u16 = 0x0800;
const PROTOCOL_UDP: u8 = 17;
const TP_STATUS_USER: u32 = 1;
/// TPACKET3_HDRLEN of linux/if_packet.h: struct tpacket3_hdr and struct sockaddr_ll.
const HEADER_BYTES: usize = 68;

/// Gives plain structs the traits that bytemuck's derive macro would.
macro_rules! plain {
    ($($name:ident),*) => { $(
        // SAFETY: repr(C), every field is plain data, and there is no padding.
        unsafe impl Zeroable for $name {}
        unsafe impl Pod for $name {}
    )* };
}
plain!(BlockDesc, PacketHeader, Ethernet, Ipv4, Udp);

/// struct tpacket_block_desc, up to what is read.
#[repr(C)]
#[derive(Clone, Copy)]
struct BlockDesc {
    version: u32,
    offset_to_priv: u32,
    block_status: u32,
    num_pkts: u32,
    offset_to_first_pkt: u32,
    blk_len: u32,
}

/// struct tpacket3_hdr, up to what is read.
#[repr(C)]
#[derive(Clone, Copy)]
struct PacketHeader {
    next_offset: u32,
    sec: u32,
    nsec: u32,
    snaplen: u32,
    len: u32,
    status: u32,
    mac: u16,
    net: u16,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Ethernet {
    dst: [u8; 6],
    src: [u8; 6],
    ether_type: u16,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Ipv4 {
    version_ihl: u8,
    tos: u8,
    total_length: u16,
    id: u16,
    fragment: u16,
    ttl: u8,
    protocol: u8,
    checksum: u16,
    src: u32,
    dst: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Udp {
    src_port: u16,
    dst_port: u16,
    length: u16,
    checksum: u16,
}

pub struct Ring {
    map: Mmap,
    block_bytes: usize,
    /// Those that the kernel handed over.
    pub blocks: usize,
}

#[derive(Default)]
pub struct Tally {
    pub packets: u64,
    pub sum: u32,
}

impl Ring {
    /// From a peer's arguments: the ring's file, bytes a block, blocks.
    pub fn from_args() -> Ring {
        let args: Vec<String> = std::env::args().collect();
        let [_, path, block_bytes, blocks] = args.as_slice() else {
            panic!("usage: peer RING_FILE BLOCK_BYTES BLOCKS")
        };
        let block_bytes: usize = block_bytes.parse().unwrap();
        let blocks: usize = blocks.parse().unwrap();
        let file = File::open(path).unwrap();
        // SAFETY: nobody changes or cuts the file while the bench runs.
        let map = unsafe { MmapOptions::new().len(block_bytes * blocks).populate().map(&file).unwrap() };
        let mut ring = Ring { map, block_bytes, blocks };
        while ring.blocks > 0 && ring.desc(ring.blocks - 1).block_status & TP_STATUS_USER == 0 {
            ring.blocks -= 1;
        }
        ring
    }

    /// Adds up one block; its number may go round the ring.
    pub fn sum_block(&self, number: usize, tally: &mut Tally) {
        let block = self.block(number % self.blocks);
        let desc = self.desc(number % self.blocks);
        let mut at = desc.offset_to_first_pkt as usize;
        for left in (1..=desc.num_pkts).rev() {
            let rest = &block[at..];
            let header: &PacketHeader = view(rest).expect("a header");
            let mac = header.mac as usize;
            let length = mac + header.snaplen as usize;
            assert!(mac >= HEADER_BYTES);
            tally.sum = tally.sum.wrapping_add(sum_fields(&rest[mac..length]).unwrap_or(0));
            let step = header.next_offset as usize;
            assert!(left == 1 || (step >= length && step <= rest.len()));
            at += step;
        }
        tally.packets += u64::from(desc.num_pkts);
    }

    fn block(&self, number: usize) -> &[u8] {
        &self.map[number * self.block_bytes..][..self.block_bytes]
    }

    fn desc(&self, number: usize) -> &BlockDesc {
        view(self.block(number)).expect("a block descriptor")
    }
}

/// The struct at the front of the bytes, where it lies; none when it is cut off or misaligned.
fn view<T: Pod>(bytes: &[u8]) -> Option<&T> {
    try_from_bytes(bytes.get(..std::mem::size_of::<T>())?).ok()
}

/// The sum of the frame's eleven fields; none for what is no sound UDP over IPv4 over Ethernet.
fn sum_fields(frame: &[u8]) -> Option<u32> {
    let eth: &Ethernet = view(frame)?;
    let ether_type = u16::from_be(eth.ether_type);
    if ether_type != ETHERTYPE_IPV4 {
        return None;
    }
    let mut packet = &frame[std::mem::size_of::<Ethernet>()..];
    let ip: &Ipv4 = view(packet)?;
    let ihl = ip.version_ihl & 15;
    let header_length = usize::from(ihl) * 4;
    if ihl < 5 || packet.len() < header_length || ip.protocol != PROTOCOL_UDP {
        return None;
    }
    if u16::from_be(ip.fragment) & 0x1fff != 0 {
        return None; // no UDP header in there
    }
    let total_length = u16::from_be(ip.total_length);
    if total_length != 0 {
        if usize::from(total_length) < header_length {
            return None;
        }
        packet = &packet[..packet.len().min(total_length.into())];
    }
    let udp: &Udp = view(&packet[header_length..])?;
    let udp_length = u16::from_be(udp.length);
    if udp_length != 0 && udp_length < 8 {
        return None;
    }
    let small = u32::from(ether_type) + u32::from(ihl) + u32::from(total_length) + u32::from(ip.ttl)
        + u32::from(ip.protocol)
        + u32::from(u16::from_be(udp.src_port))
        + u32::from(u16::from_be(udp.dst_port))
        + u32::from(udp_length)
        + u32::from(u16::from_be(udp.checksum));
    Some(small.wrapping_add(u32::from_be(ip.src)).wrapping_add(u32::from_be(ip.dst)))
}

/// Nanoseconds of a clock, as the runner reads it.
pub fn nanoseconds(clock: libc::clockid_t) -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` lives through the call.
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// What a served run answers: CPU time, packets, sum, and a latency for each block.
pub fn served(cpu: u64, tally: &Tally, latencies: &[u64]) -> String {
    let list: Vec<String> = latencies.iter().map(u64::to_string).collect();
    format!("{cpu} {} {} {}", tally.packets, tally.sum, list.join(" "))
}
