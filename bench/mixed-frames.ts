import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PcapFile } from "../files/index.js";
import { Ipv4, Stack, Udp } from "../generated/index.js";
import type { Frames } from "./ring-file.js";
import { sumFrameByHand } from "./peers/support/by-hand.js";
import { sumFields } from "./peers/support/fields.js";

/** Captures of many protocols that lie beside the project, and our own where they do not. */
const FOLDERS = ["../shared/pcaps", "examples/captures"];
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ETHERNET = 1;
const LONGEST = 2000;

/**
 * Ethernet frames as captures have them, one after the other. Those on which `Stack` and a loop that knows three headers
 * give another answer are left out: datagrams in VLANs and tunnels, and what is broken behind UDP.
 */
export async function mixedFrames(): Promise<Frames> {
  const frames = await ethernetFrames();
  const sums = frames.map((frame) => {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    return [sumFrameByHand(view, 0, frame.length), sumOfStack(view)] as const;
  });
  const kept = frames.flatMap((frame, index) => {
    const [byHand, byStack] = sums[index] ?? [0, 1];
    return byHand === byStack ? [{ frame, sum: byHand }] : [];
  });
  const at = (number: number): { frame: Uint8Array; sum: number } => {
    const one = kept[number % kept.length];
    if (one === undefined) throw new Error(`no Ethernet frames in ${FOLDERS.join(" and ")}`);
    return one;
  };
  return { frame: (number) => at(number).frame, sum: (number) => at(number).sum };
}

async function ethernetFrames(): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for (const path of captures()) {
    try {
      using file = PcapFile.open(path);
      for await (const block of file) {
        for (const packet of block) {
          const isEthernet = packet.linkType === ETHERNET && !packet.truncated;
          if (isEthernet && packet.capturedLength <= LONGEST) frames.push(packet.copy());
        }
      }
    } catch {
      // A capture that is damaged on purpose gives what there is before the damage.
    }
  }
  return frames;
}

function captures(): string[] {
  for (const folder of FOLDERS.map((path) => join(ROOT, path))) {
    const names = list(folder).filter((name) => /\.p?cap(?:ng)?$/.test(name));
    if (names.length > 0) return names.sort().map((name) => join(folder, name));
  }
  return [];
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

function sumOfStack(view: DataView): number {
  const stack = new Stack(view);
  if (stack.decode(0, view.byteLength, ETHERNET) !== 0 || !stack.has(Ipv4) || !stack.has(Udp)) return 0;
  return sumFields(stack.ethernet, stack.ipv4, stack.udp);
}
