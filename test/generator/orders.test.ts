import { describe, expect, it } from "vitest";
import { PcapHeader, PcapMagic, PcapPacketRecord } from "zc-gen/protocols";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

const BY_MAGIC = "endian: { by: magic, is: 0x01020304 }";

describe("a byte order that the bytes tell", () => {
  const file = (order: "big" | "little", magic: number): DataView => {
    const view = new DataView(new ArrayBuffer(40));
    const made = new PcapHeader[order](view);
    made.init(0, 40);
    made.magicNumber = magic;
    made.linkTypeAndFcs = 0x10000001;
    const record = new PcapPacketRecord[order](view);
    record.init(24, 40);
    record.capturedLength = 0x0102;
    return view;
  };

  it.each(["big", "little"] as const)("is found, and read by classes of its own: %s", (order) => {
    const view = file(order, PcapMagic.nanoseconds);
    expect(PcapHeader.orderOf(view, 0, 40)).toBe(order);
    const read = new PcapHeader[order](view).wrapOrThrow(0, 40);
    expect([read.magicNumber, read.linkType]).toEqual([PcapMagic.nanoseconds, 1]);
    const record = new PcapPacketRecord[order](view).wrapOrThrow(24, 40);
    expect(record.capturedLength).toBe(0x0102);
    expect(view.getUint8(32)).toBe(order === "big" ? 0 : 2);
  });

  it("is not found in other bytes, nor in too few", () => {
    expect(PcapHeader.orderOf(new DataView(new ArrayBuffer(24)), 0, 24)).toBeUndefined();
    expect(PcapHeader.orderOf(file("big", PcapMagic.microseconds), 0, 3)).toBeUndefined();
  });

  it("goes for structures inside, too", () => {
    const fields = "magic: u32\ninner: { struct: part }";
    const types = "types: { part: { fields: { a: u16 } } }";
    const files = emitTexts(header(fields, `${BY_MAGIC}\n${types}`));
    const module = runFiles(files)["probe.ts"] ?? {};
    const Probe = module["Probe"] as Record<"big" | "little", typeof PcapHeader.big>;
    const values = (["big", "little"] as const).map((order) => {
      const probe = Probe[order].of(new Uint8Array([1, 2, 3, 4, 5, 6])) as unknown as {
        inner: { a: number };
      };
      return probe.inner.a;
    });
    expect(values).toEqual([0x0506, 0x0605]);
  });
});

describe("is refused", () => {
  it.each([
    [
      "without such a field",
      "endian: { by: magi, is: 1 }",
      "magic: u32",
      /a\.yaml:3:15 endian: .* told by a field/,
    ],
    ["by a field of other width", "endian: { by: magic, is: 1 }", "magic: u24\nb: u8", /told by a field/],
    [
      "by a field inside a byte",
      "endian: { by: magic, is: 1 }\nbit_order: msb",
      "a: u4\nb: u4\nmagic: u4\nc: u4",
      /told by a field/,
    ],
    [
      "by a number that reads the same both ways",
      "endian: { by: magic, is: 0x01000001 }",
      "magic: u32",
      /a\.yaml:3:26 endian: 0x1000001 does not tell/,
    ],
    [
      "by a number that does not fit",
      "endian: { by: magic, is: 0x10000 }",
      "magic: u16",
      /0x10000 does not tell: it does not fit u16/,
    ],
    [
      "with attach",
      `${BY_MAGIC}\nattach: { link_type: 7 }`,
      "magic: u32",
      /a\.yaml:4:1 endian: `attach` does not go with/,
    ],
    ["with layout c", `${BY_MAGIC}\nlayout: c`, "magic: u32", /`layout` does not go with/],
    [
      "when misspelt",
      "endian: bigg",
      "magic: u32",
      /`endian` cannot be "bigg": write `big`, `little` or `host`/,
    ],
  ])("%s", (_, more, fields, problem) => {
    expect(problemsOf(header(fields, more)).join("\n")).toMatch(problem);
  });

  it("but accepted with a field that tells", () => {
    expect(problemsOf(header("a: u16\nmagic: u16", "endian: { by: magic, is: [0x0102, 0x0103] }"))).toEqual(
      [],
    );
  });
});
