import { describe, expect, it } from "vitest";
import { CaptureError, CaptureFile, type CapturePacket } from "zc-gen/files";
import { Ethernet, Stack } from "zc-gen/protocols";
import { pcap } from "./support/captures.js";

const FRAME = [...Buffer.from("0200000000010200000000020800450000140001000040fdf5e8c0000201c0000202", "hex")];
const TWO = pcap({}, [1, 0, FRAME], [2, 0, FRAME]);

describe("a block", () => {
  it("can be walked again, and left early", () => {
    for (const block of CaptureFile.from(TWO)) {
      for (const packet of block) if (packet.seconds === 1) break;
      expect([...block].length).toBe(2);
      expect(block.packetCount).toBe(2);
      expect(block.byteLength).toBe(TWO.length - 24);
    }
  });

  it("parks its packet and every accessor when it is released", () => {
    const file = CaptureFile.from(TWO);
    const stack = file.bind(Stack);
    const ethernet = file.bind(Ethernet);
    let kept: CapturePacket | undefined;
    for (const block of file) {
      for (const packet of block) {
        expect(stack.decode(packet)).toBe(0);
        ethernet.wrap(packet.dataOffset, packet.dataEnd);
        expect(stack.ipv4.srcText).toBe("192.0.2.1");
        kept = packet;
      }
      block.release();
      block.release();
      expect(block.released).toBe(true);
      expect(() => [...block]).toThrow(CaptureError);
      expect(() => stack.ipv4.ttl).toThrow(RangeError);
      expect(() => ethernet.etherType).toThrow(RangeError);
    }
    expect(() => kept?.seconds).toThrow(RangeError);
    expect(() => kept?.copy()).toThrow(expect.objectContaining({ code: "ERR_CAPTURE_RELEASED" }));
    expect(() => kept?.capturedLength).toThrow(CaptureError);
  });

  it("is released when the next one is asked for", async () => {
    const many = pcap({}, ...Array.from({ length: 200 }, () => [1, 0, FRAME] as const));
    const blocks = [];
    for await (const block of CaptureFile.from(many, { blockBytes: 4096 })) {
      expect(blocks.at(-1)?.released ?? true).toBe(true);
      blocks.push(block);
    }
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.reduce((sum, { packetCount }) => sum + packetCount, 0)).toBe(200);
  });
});

describe("a closed file", () => {
  it("ends the loop that reads it, parks all, and refuses to go on", async () => {
    const file = CaptureFile.from(TWO);
    const stack = file.bind(Stack);
    for await (const block of file) {
      for (const packet of block) stack.decode(packet);
      file.close();
      file.close();
      expect(block.released).toBe(true);
    }
    expect(() => stack.ipv4.ttl).toThrow(RangeError);
    expect(() => file.bind(Stack)).toThrow(/closed/);
    expect(() => [...file]).toThrow(/closed/);
  });

  it("is closed by `using`", () => {
    using file = CaptureFile.from(TWO);
    file[Symbol.dispose]();
    expect(file.closed).toBe(true);
  });
});
