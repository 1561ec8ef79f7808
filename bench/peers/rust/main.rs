//! Rust: memmap2 for the mapping, bytemuck's checked casts for every header. peers/README.md has the words spoken.
mod ring;

use ring::{nanoseconds, served, Ring, Tally};
use std::fs::File;
use std::io::{stdin, Read};

fn check(ring: &Ring) -> String {
    let mut tally = Tally::default();
    (0..ring.blocks).for_each(|number| ring.sum_block(number, &mut tally));
    format!("{} {}", tally.packets, tally.sum)
}

fn run(ring: &Ring, count: usize, first: &mut usize) -> String {
    let mut tally = Tally::default();
    let before = nanoseconds(libc::CLOCK_MONOTONIC);
    (*first..*first + count).for_each(|number| ring.sum_block(number, &mut tally));
    let elapsed = nanoseconds(libc::CLOCK_MONOTONIC) - before;
    *first = (*first + count) % ring.blocks;
    format!("{elapsed} {} {}", tally.packets, tally.sum)
}

fn serve(ring: &Ring, count: usize, path: &str) -> String {
    let mut pipe = File::open(path).unwrap();
    let mut latencies = Vec::with_capacity(count);
    let mut tally = Tally::default();
    let before = nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID);
    for number in 0..count {
        let mut ready = [0; 8];
        pipe.read_exact(&mut ready).unwrap();
        ring.sum_block(number, &mut tally);
        latencies.push(nanoseconds(libc::CLOCK_MONOTONIC) - u64::from_ne_bytes(ready));
    }
    served(nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID) - before, &tally, &latencies)
}

fn main() {
    let ring = Ring::from_args();
    let mut first = 0;
    for line in stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words.as_slice() {
            ["run", count] => run(&ring, count.parse().unwrap(), &mut first),
            ["serve", count, path] => serve(&ring, count.parse().unwrap(), path),
            _ => check(&ring),
        };
        println!("{answer}");
    }
}
