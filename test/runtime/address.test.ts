import { describe, expect, it } from "vitest";
import { formatIpv4, formatIpv6, formatMac, parseIpv4, parseIpv6, parseMac } from "zc-gen";

describe("MAC addresses", () => {
  it.each([
    [0, "00:00:00:00:00:00"],
    [0x0200_5e10_0001, "02:00:5e:10:00:01"],
    [0xffff_ffff_ffff, "ff:ff:ff:ff:ff:ff"],
  ])("writes and reads %i as %s", (number, text) => {
    expect(formatMac(number)).toBe(text);
    expect(parseMac(text)).toBe(number);
    expect(parseMac(text.replaceAll(":", "-").toUpperCase())).toBe(number);
  });

  it.each(["", "02:00:5e:10:00", "02:00:5e:10:00:0g", "0200.5e10.0001", "02:00:5e:10:00:01:02"])(
    "refuses %j, with an example",
    (text) => {
      expect(() => parseMac(text)).toThrow(/is no MAC address; write it like/);
    },
  );
});

describe("IPv4 addresses", () => {
  it.each([
    [0, "0.0.0.0"],
    [0xc0000201, "192.0.2.1"],
    [0xffffffff, "255.255.255.255"],
  ])("writes and reads %i as %s", (number, text) => {
    expect(formatIpv4(number)).toBe(text);
    expect(parseIpv4(text)).toBe(number);
  });

  it.each(["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.-4", "0x1.2.3.4", "1.2.3.4 "])(
    "refuses %j",
    (text) => {
      expect(() => parseIpv4(text)).toThrow(TypeError);
    },
  );
});

describe("IPv6 addresses, RFC 5952 §4 and §5", () => {
  it.each([
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8::0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:DB8::A", "2001:db8::a"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
    ["::ffff:c000:201", "::ffff:192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("reads %s and writes %s", (text, canonical) => {
    const bytes = parseIpv6(text);
    expect(bytes).toHaveLength(16);
    expect(formatIpv6(bytes)).toBe(canonical);
    expect(parseIpv6(canonical)).toEqual(bytes);
  });

  it.each([
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "::1.2.3",
    "1.2.3.4::",
    ":1:2:3:4:5:6:7",
    "fe80::1%eth0",
  ])("refuses %j", (text) => {
    expect(() => parseIpv6(text)).toThrow(TypeError);
  });
});
