import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { PcapFile } from "zc-gen/files";
import { MockRing, type CapturedPacket } from "zc-gen/ring";
import { Pace } from "./pace.js";
import { runSession } from "./session.js";

const PACKETS_PER_SECOND = 20_000;
const TICK_MS = 5;
const MAX_BURST = 400;

/** Decodes the bundled capture, over and over, from a ring that needs no kernel. Returns the exit code. */
export async function replaySample(seconds: number): Promise<number> {
  const path = samplePath();
  using file = PcapFile.open(path);
  const ring = MockRing.create({ linkType: file.linkType });
  const stopFeeding = feed(ring, [...file.copies()]);
  return await runSession(ring, { seconds, onStop: stopFeeding });
}

/** Pushes packets at a bounded rate. Returns how to stop it. */
function feed(ring: MockRing, packets: readonly CapturedPacket[]): () => void {
  const pace = new Pace(PACKETS_PER_SECOND, MAX_BURST);
  let next = 0;
  const push = (): void => {
    for (let count = pace.take(); count > 0; count--) {
      const { bytes, ...info } = packets[next % packets.length] as CapturedPacket;
      if (!ring.hasRoomFor(bytes.length)) break; // the reader lags: nothing need be lost here
      ring.push(bytes, info);
      next++;
    }
    ring.flush();
  };
  const timer = setInterval(push, TICK_MS);
  return () => clearInterval(timer);
}

/** From dist/examples/live/ or from the source itself. */
function samplePath(): string {
  const candidates = ["../../../examples/captures/sample.pcap", "../captures/sample.pcap"];
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? (paths[0] as string);
}
