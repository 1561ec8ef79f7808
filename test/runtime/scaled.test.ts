import { describe, expect, it } from "vitest";
import { formatScaled, formatTime, joinFraction, parseScaled, parseTime } from "zc-gen";

describe("formatScaled", () => {
  it.each([
    [1012500, 10000, "101.2500"],
    [0, 10000, "0.0000"],
    [-1, 10000, "-0.0001"],
    [-10001, 10000, "-1.0001"],
    [3, 2, "1.5"],
    [4, 2, "2"],
    [1, 65536, "0.0000152587890625"],
    [0x180000000n, 2 ** 32, "1.5"],
    [0xffffffffffffffffn, 2 ** 32, "4294967295.99999999976716935634613037109375"],
    [7, 1, "7"],
    [7, 20, "0.35"],
  ])("%s / %s is %s", (value, scale, text) => {
    expect(formatScaled(value, scale)).toBe(text);
    expect(parseScaled(text, scale)).toBe(BigInt(value));
  });
});

describe("parseScaled", () => {
  it("takes fewer digits than there are", () => {
    expect(parseScaled("101.25", 10000)).toBe(1012500n);
    expect(parseScaled("-2", 10000)).toBe(-20000n);
  });

  it.each(["", ".5", "1.", "1e3", "0x10", " 1", "--1", "1".repeat(31), "NaN"])("refuses %j", (text) => {
    expect(() => parseScaled(text, 100)).toThrow(TypeError);
  });

  it("refuses what lies between two steps", () => {
    expect(() => parseScaled("0.005", 100)).toThrow("0.005 is no multiple of 1/100");
    expect(() => parseScaled("0.1", 2 ** 32)).toThrow(TypeError);
  });
});

const NTP = Date.parse("1900-01-01T00:00:00Z") / 1000;

describe("formatTime", () => {
  it.each([
    [0, 1, 0, "1970-01-01T00:00:00Z"],
    [1709208000, 1, 0, "2024-02-29T12:00:00Z"],
    [-1, 4, 0, "1969-12-31T23:59:59.75Z"],
    [0xe98af04040000000n, 2 ** 32, NTP, "2024-02-29T12:00:00.25Z"],
    [0, 2 ** 32, NTP, "1900-01-01T00:00:00Z"],
    [joinFraction(1709208000, 1, 1e9), 1e9, 0, "2024-02-29T12:00:00.000000001Z"],
  ])("%s / %s after %s is %s", (value, scale, epoch, text) => {
    expect(formatTime(value, scale, epoch)).toBe(text);
    expect(parseTime(text, scale, epoch)).toBe(BigInt(value));
  });

  it("gives seconds where Date ends, and never throws", () => {
    expect(formatTime(2n ** 64n - 1n, 1, 0)).toBe("18446744073709551615 s");
    expect(formatTime(-(2n ** 63n), 1, 0)).toBe("-9223372036854775808 s");
    expect(formatTime(8_640_000_000_000n, 1, 0)).toBe("+275760-09-13T00:00:00Z");
  });

  it("takes a fraction of more than one second for what it is", () => {
    expect(formatTime(joinFraction(0, 5_000_000, 1e6), 1e6, 0)).toBe("1970-01-01T00:00:05.000000Z");
  });
});

describe("parseTime", () => {
  it.each(["", "2024-02-29", "2024-13-01T00:00:00Z", "2024-02-29T12:00:00", "now", "2024-02-29T12:00:00,5Z"])(
    "refuses %j",
    (text) => {
      expect(() => parseTime(text, 1000, 0)).toThrow(TypeError);
    },
  );
});
