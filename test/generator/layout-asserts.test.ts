import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requirement } from "../support/requirement.js";
import { temporaryFolder } from "./support/files.js";
import { bundledSchemas, emitTexts } from "./support/schemas.js";

const needsCompiler = requirement(
  "g++ and <linux/if_packet.h>",
  () => compiles("#include <linux/if_packet.h>\n").ok || "g++ cannot compile with the kernel's headers here",
  "apt-get install g++ linux-libc-dev",
);

/** Whether g++ takes a header, and what it says. */
function compiles(text: string): { ok: boolean; said: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "asserts.cc"), text);
  const { status, stderr, error } = spawnSync("g++", ["-std=c++17", "-fsyntax-only", "asserts.cc"], {
    cwd: folder,
    encoding: "utf8",
  });
  return { ok: error === undefined && status === 0, said: stderr ?? String(error) };
}

/** The proof that goes with a copy of the kernel's schemas, in which a text may stand otherwise. */
function assertsOf(file?: string, before: string | RegExp = "", after = ""): string {
  const schemas = bundledSchemas("linux");
  if (file !== undefined) {
    expect(schemas[file]).toMatch(before);
    schemas[file] = (schemas[file] as string).replace(before, after);
  }
  const others = { "ether_type.yaml": bundledSchemas("link")["ether_type.yaml"] as string };
  return emitTexts(schemas, others)["layout_asserts.h"] as string;
}

describe("layout_asserts.h against <linux/if_packet.h>", { timeout: 60_000 }, () => {
  beforeEach(needsCompiler);

  it("compiles as it is", () => {
    expect(compiles(assertsOf())).toMatchObject({ ok: true });
  });

  it.each([
    [
      "two fields in another order",
      "tpacket3_hdr.yaml",
      /( {2}tp_mac: .*\n)( {2}tp_net: .*\n)/,
      "$2$1",
      "tpacket3_hdr.tp_mac: the schema says offset 26",
    ],
    [
      "a field of another size",
      "sockaddr_ll.yaml",
      /sll_pkttype: .*\n {2}sll_halen: .*/,
      "sll_pkttype: { type: u16, enum: packet_type }",
      "sockaddr_ll.sll_pkttype: the schema says 2 bytes",
    ],
    [
      "a field that is missing",
      "tpacket_req3.yaml",
      '  tp_frame_nr: { type: u32, doc: "Frames in the ring: tp_block_size / tp_frame_size * tp_block_nr." }\n',
      "",
      "tpacket_req3.tp_retire_blk_tov: the schema says offset 12",
    ],
    [
      "a field too many",
      "tpacket_stats_v3.yaml",
      "  tp_drops:",
      "  tp_more: u32\n  tp_drops:",
      "tpacket_stats_v3.tp_drops: the schema says offset 8",
    ],
    [
      "a nested field elsewhere",
      "tpacket_block_desc.yaml",
      /( {6}num_pkts: .*\n)( {6}offset_to_first_pkt: .*\n)/,
      "$2$1",
      "tpacket_hdr_v1.num_pkts: the schema says offset 8",
    ],
  ])("does not compile with %s, and names the field", (_, file, before, after, message) => {
    const { ok, said } = compiles(assertsOf(file, before, after));
    expect(ok).toBe(false);
    expect(said).toContain(message);
  });
});
