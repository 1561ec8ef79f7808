import { MockRing } from "./mock-ring.js";
import { checkNames, configError } from "./option-checks.js";
import type { PacketSender } from "./packet-sender.js";
import { checkSignal } from "./ring-limits.js";

/** A packet of a capture, as `CaptureFile.copies` of `zc-gen/files` gives it. */
export interface CapturedPacket {
  readonly bytes: Uint8Array;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
}

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** As they were recorded, as fast as the target takes them, or so many packets a second. Default "original". */
  readonly speed?: "original" | "max" | number;
  /** Ends the replay when it aborts. */
  readonly signal?: AbortSignal;
}

/** What {@link replay} did. */
export interface ReplayResult {
  readonly packets: number;
  readonly seconds: number;
}

/** What is due goes out together; timers are no finer than this. */
const TICK_MS = 1;
const BATCH = 256;

/**
 * Sends packets of a capture on an interface, or feeds them to a `MockRing`, waiting where the target has no room. At
 * "original" speed a packet is late by a millisecond at most on an idle system, never early.
 *
 * @throws RingConfigError for a speed that is none; what the target's `send` or the packets' iteration throws.
 */
export async function replay(
  packets: Iterable<CapturedPacket> | AsyncIterable<CapturedPacket>,
  target: PacketSender | MockRing,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  checkNames(options, ["speed", "signal"]);
  const speed = checkSpeed(options.speed ?? "original");
  const signal = checkSignal(options.signal);
  const began = performance.now();
  let count = 0;
  let first = -1;
  let due: CapturedPacket[] = [];
  for await (const packet of packets) {
    const time = packet.seconds * 1000 + packet.nanoseconds / 1e6;
    if (first < 0) first = time;
    const at = speed === "max" ? 0 : speed === "original" ? time - first : (count * 1000) / speed;
    if (due.length > 0 && (due.length >= BATCH || at > performance.now() - began)) {
      await deliver(due, target);
      due = [];
    }
    while (at > performance.now() - began && signal?.aborted !== true) {
      await pause(at - (performance.now() - began));
    }
    if (signal?.aborted === true) break;
    due.push(packet);
    count++;
  }
  await deliver(due, target);
  if (target instanceof MockRing) target.flush();
  return { packets: count, seconds: (performance.now() - began) / 1000 };
}

function checkSpeed(speed: unknown): "original" | "max" | number {
  if (speed === "original" || speed === "max") return speed;
  if (typeof speed === "number" && speed > 0 && Number.isFinite(speed)) return speed;
  throw configError("speed", speed, '"original", "max", or packets a second, above 0');
}

async function deliver(packets: readonly CapturedPacket[], target: PacketSender | MockRing): Promise<void> {
  if (target instanceof MockRing) await target.feed(packets);
  else await target.sendAll(packets.map(({ bytes }) => bytes));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms > TICK_MS) setTimeout(resolve, ms);
    else setImmediate(resolve);
  });
}
