import { describe, expect, it } from "vitest";
import { Fault, faultCode, faultField, type Header, type HeaderClass } from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;

function classOf(fields: string, more: string): HeaderClass<Probe> {
  return runFiles(emitTexts(header(fields, `endian: big\nbit_order: msb\n${more}`)))["probe.ts"]?.[
    "Probe"
  ] as HeaderClass<Probe>;
}

/** An accessor on these bytes, in the middle of others. */
function on(Class: HeaderClass<Probe>, bytes: readonly number[]): { probe: Probe; fault: number } {
  const all = new Uint8Array(bytes.length + 60).fill(0xa5);
  all.set(bytes, 11);
  const probe = new Class(new DataView(all.buffer));
  return { probe, fault: probe.wrap(11, 11 + bytes.length) };
}

describe("a number that is read from the end", () => {
  const padded = classOf(
    "padded: flag\nrest: u7",
    "let: { padding: { read: u8 in 1..255, at: end - 1, when: padded } }\nlength: { payload_end: end - padding }",
  );

  it("leaves the payload before what it counts", () => {
    const { probe, fault } = on(padded, [0x80, 1, 2, 3, 0, 2]);
    expect([fault, probe["hasPadding"], probe["padding"]]).toEqual([0, true, 2]);
    expect([probe.payloadOffset - 11, probe.payloadEnd - 11, probe.trailing]).toEqual([1, 4, 0]);
    expect(probe.toJSON()).toEqual({ padded: true, rest: 0, padding: 2 });
    expect(probe.hexDump()).toContain("padding 2");
  });

  it("counts as 0 where its condition does not hold", () => {
    const { probe, fault } = on(padded, [0x00, 1, 2, 9]);
    expect([fault, probe["hasPadding"], probe.payloadEnd - 11]).toEqual([0, false, 4]);
    expect(() => probe["padding"]).toThrow(RangeError);
  });

  it.each([
    ["there is no room for it", [0x80], Fault.TRUNCATED_HEADER],
    ["it breaks its rule", [0x80, 0], Fault.RANGE],
    ["it counts more than there is", [0x80, 7, 3], Fault.DECLARED_LENGTH],
  ])("is a fault of its own where %s, and what came before is readable", (_, bytes, code) => {
    const { probe, fault } = on(padded, bytes);
    expect([faultCode(fault), probe.layout.fields[faultField(fault)]?.name]).toEqual([code, "padding"]);
    expect([probe["padded"], probe.payloadOffset - 11]).toEqual([true, 1]);
    expect(probe.explain(fault)?.field).toBe("padding");
  });

  it("is written in place", () => {
    const { probe } = on(padded, [0x80, 1, 2, 3, 0, 2]);
    probe["padding"] = 4;
    expect([probe.wrap(11, 17), probe.payloadEnd - 11]).toEqual([0, 2]);
    expect(() => (probe["padding"] = 256)).toThrow(RangeError);
  });

  it("may lie where another says, and be looked at from a new header on", () => {
    const Class = classOf(
      "icv_bytes: u8 in 0..16",
      "let: { next_header: { read: u8, at: end - icv_bytes - 1 }, pad: { read: u16, at: end - icv_bytes - 3 } }\n" +
        "length: { payload_end: end - icv_bytes - 3 - pad }",
    );
    const { probe, fault } = on(Class, [2, 7, 7, 7, 0, 1, 41, 0xee, 0xee]);
    expect([fault, probe["nextHeader"], probe["pad"], probe.payloadEnd - 11]).toEqual([0, 41, 1, 3]);
    expect(probe.init(11, 20)).toBe(0);
    expect(probe.payloadEnd).toBe(20);
  });

  it("lets the last field of a header end there", () => {
    const Class = classOf("kind: u8\ndata: bytes", "length: { payload_end: end - 2 }");
    const { probe, fault } = on(Class, [1, 2, 3, 4, 5]);
    expect([fault, probe["dataLength"], probe.payloadEnd - 11]).toEqual([0, 2, 3]);
    expect(faultCode(on(Class, [1, 2]).fault)).toBe(Fault.DECLARED_LENGTH);
  });

  it("counts from the declared end where there is one", () => {
    const Class = classOf(
      "total: u8\nlist: { text: ascii, until: 0 }",
      "let: { last: { read: u8, at: end - 1 } }\nlength: { total: total, payload_end: end - 1 }",
    );
    const { probe, fault } = on(Class, [6, 65, 0, 1, 2, 3, 99, 99]);
    expect([fault, probe["last"], probe["listText"]]).toEqual([0, 3, "A"]);
    expect([probe.payloadOffset - 11, probe.payloadEnd - 11, probe.trailing]).toEqual([3, 5, 2]);
  });
});

it("chooses the header that follows, which ends before the trailer", () => {
  const files = {
    "top.yaml":
      "zc: 1\nname: top\nendian: big\nattach: { link_type: 147 }\nfields: { spi: u8 }\nnext: { by: kind }\n" +
      "let: { kind: { read: u8, at: end - 1 }, pad: { read: u8, at: end - 2 } }\nlength: { payload_end: end - 2 - pad }\n",
    "inner.yaml": "zc: 1\nname: inner\nendian: big\nattach: { top.kind: 4 }\nfields: { data: bytes }\n",
  };
  const Stack = runFiles(emitTexts(files))["stack.ts"]?.["Stack"] as new (view: DataView) => {
    decode(offset: number, end: number, linkType: number): number;
    layers(): Header[];
  };
  const bytes = Uint8Array.of(1, 9, 8, 7, 0, 1, 4);
  const stack = new Stack(new DataView(bytes.buffer));
  stack.decode(0, bytes.length, 147);
  expect(stack.layers().map((one) => one.toJSON())).toEqual([
    { spi: 1, kind: 4, pad: 1 },
    { data: "090807" },
  ]);
});

it("never reads outside of its packet, whatever the bytes are", () => {
  const Class = classOf(
    "padded: flag\nwords: u7 in 1..4\nname: { text: ascii, bytes: u8 }",
    "let: { tail: { read: u8, at: end - words * 4 }, pad: { read: u8, at: end - words * 4 - 1, when: padded } }\n" +
      "length: { payload_end: end - words * 4 - pad }",
  );
  for (let seed = 1; seed < 400; seed++) {
    const bytes = Array.from(
      { length: seed % 23 },
      (_, i) => ((seed * (i + 3) * 2654435761) >>> ((i % 24) + 3)) & 0x8f,
    );
    const { probe, fault } = on(Class, bytes);
    if (fault !== 0) continue;
    const [start, end] = [probe.payloadOffset - 11, probe.payloadEnd - 11];
    expect(start).toBeLessThanOrEqual(end);
    expect(end).toBeLessThanOrEqual(bytes.length);
    expect(probe["tail"]).toBe(bytes.at(-4 * Number(probe["words"])));
  }
});

describe("refused are", () => {
  const said = (lets: string, length = "{ payload_end: end - 1 }"): string[] =>
    problemsOf(header("a: u8", `endian: big\nlet: { x: ${lets} }\nlength: ${length}`));

  it("places that are not counted from the end", () => {
    expect(said("{ read: u8, at: a + 1 }")[0]).toContain("a place is counted from the end");
    expect(said("{ read: u8, at: end - (end - a) }")[0]).toContain("a place is counted from the end");
    expect(said("{ read: u8, at: end - 1 }")).toEqual([]);
  });

  it("numbers that may reach beyond the end", () => {
    expect(said("{ read: u16, at: end - 1 }")[0]).toContain(
      "1 bytes before the end are possible; it must be 2..",
    );
    expect(said("{ read: u16, at: end - 2 - a }")).toEqual([]);
  });

  it("what is no number of whole bytes", () => {
    expect(said("{ read: u4, at: end - 1 }")[0]).toContain("a number of whole bytes, not u4");
  });

  it("reading without a place", () => {
    expect(said("{ read: u8 }")[0]).toContain("lacks the key `at`");
    expect(said("{ doc: nothing }")[0]).toContain("lacks the key `value`");
  });
});
