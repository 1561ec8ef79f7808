// What the scenarios share. They run compiled code, each in a network namespace of its own.
import { PacketSender, setInterfaceUp } from "zc-gen/ring";

/** IEEE 802 local experimental EtherType 1: nobody else sends it. */
export const ETHERTYPE = 0x88b5;

/** Hands the result to the test: the last line of the output. */
export function report(value) {
  process.stdout.write(`\n${JSON.stringify(value)}\n`);
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An Ethernet frame of `length` bytes to everybody, its number in bytes 14 to 17. */
export function frame(length = 64, number = 0) {
  const bytes = new Uint8Array(length).fill(0xa5);
  bytes.fill(0xff, 0, 6);
  bytes.set([2, 0, 0, 0, 0, 1, ETHERTYPE >> 8, ETHERTYPE & 0xff], 6);
  new DataView(bytes.buffer).setUint32(14, number);
  return bytes;
}

/** Raises lo and gives a sender on it. */
export function loopbackSender() {
  setInterfaceUp("lo");
  return PacketSender.open({ interface: "lo" });
}

/** Waits until `check` holds; fails after 20 seconds: a busy machine takes its time. */
export async function until(check, what = String(check)) {
  const deadline = performance.now() + 20_000;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(1);
  }
}

/** The next block, waiting for it. */
export async function nextBlock(ring) {
  let block = null;
  await until(() => (block = ring.tryNext()) !== null, "a block");
  return block;
}

/** What a call threw, as plain data. */
export function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return describeError(error);
  }
  return { name: "nothing" };
}

export function describeError(error) {
  const { name, message, code, errno, syscall, hint } = error;
  return { name, message, code, errno, syscall, hint };
}
