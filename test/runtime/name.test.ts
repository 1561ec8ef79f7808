import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameEquals, nameSize, nameText } from "zc-gen";

const view = (bytes: readonly number[]): DataView => new DataView(Uint8Array.from(bytes).buffer);
const label = (text: string): number[] => [text.length, ...Buffer.from(text, "latin1")];
const text = (bytes: readonly number[], at = 0, base = 0): string | undefined =>
  nameText(view(bytes), at, base, bytes.length);

const MESSAGE = [...label("example"), ...label("com"), 0, ...label("www"), 0xc0, 0, 0xc0, 13];

describe("nameText", () => {
  it("reads labels, the root, and pointers to what came before", () => {
    expect([text(MESSAGE), text([0]), text(MESSAGE, 13), text(MESSAGE, 19)]).toEqual([
      "example.com",
      ".",
      "www.example.com",
      "www.example.com",
    ]);
  });

  it("counts pointers from the message's first byte", () => {
    expect(text([9, 9, ...MESSAGE], 15, 2)).toBe("www.example.com");
  });

  it("follows no pointer where nobody said where the message begins", () => {
    expect([text(MESSAGE, 0, -1), text(MESSAGE, 13, -(2 ** 30))]).toEqual(["example.com", undefined]);
  });

  it("spells what is no plain character", () => {
    expect(text([...label("a.b\\c \u0000\u00ff"), 0])).toBe("a\\.b\\\\c\\032\\000\\255");
  });

  it.each([
    ["a pointer to itself", [0xc0, 0], 0],
    ["a pointer forward", [0xc0, 3, 0, 0], 0],
    ["a loop of two", [0xc0, 2, 0xc0, 0], 2],
    ["a pointer back to the same labels", [1, 97, 0xc0, 0], 0],
    ["a pointer before the message", [0, 0xc0, 0], 1],
    ["a label of a kind that there is not", [0x40, 0], 0],
    ["a label that runs past the end", [3, 97], 0],
    ["no end", [1, 97], 0],
    ["half a pointer", [1, 97, 0xc0], 0],
    ["more than 255 bytes", [...Array.from({ length: 128 }, () => [1, 97]).flat(), 0], 0],
  ])("is undefined for %s", (_, bytes, at) => {
    const base = bytes[0] === 0 && at === 1 ? 1 : 0;
    expect(text(bytes, at, base)).toBeUndefined();
    expect(nameEquals(view(bytes), at, base, bytes.length, "a")).toBe(false);
  });

  it("takes 127 labels, and 127 pointers", () => {
    expect(text([...Array.from({ length: 127 }, () => [1, 97]).flat(), 0])?.split(".").length).toBe(127);
    const chain = (count: number): number[] => [
      0,
      0,
      ...Array.from({ length: count }, (_, i) => [0xc0 | (i >> 7), (i * 2) & 255]).flat(),
    ];
    expect(text(chain(127), 254)).toBe(".");
    expect(text(chain(128), 256)).toBeUndefined();
  });

  it("ends for any bytes, and never reads beyond the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(600), fc.nat(600), (bytes, at, base) => {
        const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const found = nameText(data, at, Math.min(at, base), bytes.length);
        if (found === undefined) return;
        expect(nameEquals(data, at, Math.min(at, base), bytes.length, found)).toBe(true);
        expect(nameSize(data, at, bytes.length)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("nameEquals", () => {
  const equals = (at: number, name: string): boolean =>
    nameEquals(view(MESSAGE), at, 0, MESSAGE.length, name);

  it("does not mind capitals, nor a dot at the end", () => {
    const same = ["www.example.com", "WWW.Example.COM", "www.example.com."];
    for (const name of same) expect(equals(13, name)).toBe(true);
    const others = [
      "",
      ".",
      "example.com",
      "www.example.co",
      "www.example.comm",
      "www.example.com..",
      "www-example.com",
    ];
    for (const name of others) expect(equals(13, name)).toBe(false);
  });

  it("knows the root", () => {
    const root = (name: string): boolean => nameEquals(view([0]), 0, 0, 1, name);
    expect([root("."), root(""), root("..")]).toEqual([true, true, false]);
  });

  it("tells a dot in a label from one between labels", () => {
    const bytes = [...label("a.b"), 0];
    const is = (name: string): boolean => nameEquals(view(bytes), 0, 0, bytes.length, name);
    expect([is("a\\.b"), is("a.b")]).toEqual([true, false]);
  });
});

describe("nameSize", () => {
  it("ends at the zero or after a pointer, and follows none", () => {
    const size = (bytes: number[], at = 0): number => nameSize(view(bytes), at, bytes.length);
    expect([size(MESSAGE), size(MESSAGE, 13), size(MESSAGE, 19), size([0xff, 0xff])]).toEqual([13, 6, 2, 2]);
    expect([size([]), size([1]), size([1, 97]), size([0xc0])]).toEqual([0, 0, 0, 0]);
    expect([size([0x40, 0]), size([0x80, 0])]).toEqual([-1, -1]);
    expect(size([...Array.from({ length: 128 }, () => [1, 97]).flat(), 0])).toBe(-1);
  });
});
