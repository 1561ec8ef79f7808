import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { needsTarball, Project } from "./support/project.js";

const DATAGRAM_PORTS = `
  const udp = new Udp(new DataView(Uint8Array.of(0, 53, 0x12, 0x34, 0, 8, 0, 0).buffer));
  export const ports = udp.wrap(0, 8) === 0 ? [udp.srcPort, udp.dstPort] : [];`;

describe("a bundle for browsers", () => {
  const project = new Project();

  beforeEach(needsTarball);
  beforeAll(() => {
    if (inject("tarball") !== "") project.install("--omit=optional");
  });
  afterAll(() => project.remove());

  async function bundle(contents: string): Promise<string> {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: project.folder },
      bundle: true,
      platform: "browser",
      format: "esm",
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  }

  it("takes all of the runtime and the protocols, and needs nothing of Node", async () => {
    const text = await bundle(`import * as zc from "zc-gen"; import * as protocols from "zc-gen/protocols";
      globalThis.all = [zc, protocols];
      const { Udp } = protocols; ${DATAGRAM_PORTS}`);
    expect(text).not.toMatch(/node:|\brequire\(|\bprocess\.|\bBuffer\b/);
    expect(text).toMatch(/var Stack = class/);
    expect(await portsOf(text)).toEqual([53, 0x1234]);
  });

  it("takes one class without the others", async () => {
    const text = await bundle(`import { Udp } from "zc-gen/protocols"; ${DATAGRAM_PORTS}`);
    expect(await portsOf(text)).toEqual([53, 0x1234]);
    const others = ["Tcp", "Ipv4", "Ipv6", "Arp", "Vlan", "Stack", "Tpacket3Hdr", "StackBase"];
    expect(others.filter((name) => new RegExp(`\\b(class|var) _?${name}\\b`).test(text))).toEqual([]);
    console.log(`a bundle with Udp alone: ${(text.length / 1000).toFixed(1)} kB, not minified`);
  });

  it("reads captures that are in memory", async () => {
    const text = await bundle(`import { PcapFile } from "zc-gen/files";
      const file = PcapFile.from(Uint8Array.of(
        0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 1,
        0, 0, 0, 53, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 7, 8));
      export const ports = [];
      for await (const block of file) for (const packet of block) ports.push(packet.seconds, packet.capturedLength);`);
    expect(text).not.toMatch(/node:|\brequire\(|\bprocess\.|\bBuffer\b/);
    expect(await portsOf(text)).toEqual([53, 2]);
  });

  it("refuses zc-gen/ring, which is for Node", async () => {
    await expect(
      build({
        stdin: { contents: 'import "zc-gen/ring";', resolveDir: project.folder },
        bundle: true,
        platform: "browser",
        write: false,
        logLevel: "silent",
      }),
    ).rejects.toThrow("node:");
  });
});

async function portsOf(code: string): Promise<number[]> {
  const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
  return ((await import(/* @vite-ignore */ url)) as { ports: number[] }).ports;
}
