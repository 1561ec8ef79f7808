//! Rust with tokio around it: a block is ready, the runtime wakes the task, the task reads in place.
#[path = "../rust/ring.rs"]
mod ring;

use ring::{nanoseconds, served, Ring, Tally};
use std::fs::OpenOptions;
use std::io::{stdin, Read};
use std::os::unix::fs::OpenOptionsExt;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Builder;
use tokio::task::yield_now;

fn check(ring: &Ring) -> String {
    let mut tally = Tally::default();
    (0..ring.blocks).for_each(|number| ring.sum_block(number, &mut tally));
    format!("{} {}", tally.packets, tally.sum)
}

/// Back to the scheduler after every block.
async fn run(ring: &Ring, count: usize, first: &mut usize) -> String {
    let mut tally = Tally::default();
    let before = nanoseconds(libc::CLOCK_MONOTONIC);
    for number in *first..*first + count {
        ring.sum_block(number, &mut tally);
        yield_now().await;
    }
    let elapsed = nanoseconds(libc::CLOCK_MONOTONIC) - before;
    *first = (*first + count) % ring.blocks;
    format!("{elapsed} {} {}", tally.packets, tally.sum)
}

async fn serve(ring: &Ring, count: usize, path: &str) -> String {
    // For writing too, so that opening does not wait for the other side.
    let file = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(path).unwrap();
    let pipe = AsyncFd::new(file).unwrap();
    let mut latencies = Vec::with_capacity(count);
    let mut tally = Tally::default();
    let before = nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID);
    for number in 0..count {
        let mut ready = [0; 8];
        while pipe.readable().await.unwrap().try_io(|pipe| pipe.get_ref().read_exact(&mut ready)).is_err() {}
        ring.sum_block(number, &mut tally);
        latencies.push(nanoseconds(libc::CLOCK_MONOTONIC) - u64::from_ne_bytes(ready));
    }
    served(nanoseconds(libc::CLOCK_PROCESS_CPUTIME_ID) - before, &tally, &latencies)
}

fn main() {
    let ring = Ring::from_args();
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let mut first = 0;
    for line in stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words.as_slice() {
            ["run", count] => runtime.block_on(run(&ring, count.parse().unwrap(), &mut first)),
            ["serve", count, path] => runtime.block_on(serve(&ring, count.parse().unwrap(), path)),
            _ => check(&ring),
        };
        println!("{answer}");
    }
}
