import { describe, expect, it } from "vitest";
import { Fault, faultCode, wrapLax } from "zc-gen";
import { Ipv4, Tcp, Udp } from "zc-gen/protocols";
import { UDP_IN_IPV4 } from "../vectors/packets.js";

const IP = Uint8Array.from(UDP_IN_IPV4.slice(14));

describe("a lax wrap", () => {
  it("gives the fields that are whole, and says how many bytes lack", () => {
    const { header, fault, truncated } = wrapLax(Ipv4, IP.subarray(0, 13));
    expect([faultCode(fault), truncated]).toEqual([Fault.TRUNCATED, 7]);
    expect([header.version, header.ttl, header.protocol]).toEqual([4, 64, 17]);
    expect(() => header.src).toThrow(RangeError);
    expect(Object.keys(header.toJSON()).at(-1)).toBe("header_checksum");
    expect(header.explain(fault)).toMatchObject({ field: "src", required: 20, have: 13 });
  });

  it("never reads bytes of what comes after, at any length", () => {
    for (let length = 0; length < 20; length++) {
      const { header, fault, truncated } = wrapLax(Ipv4, IP.subarray(0, length));
      expect([faultCode(fault), truncated]).toEqual([Fault.TRUNCATED, 20 - length]);
      const whole = Object.entries(header.toJSON());
      const all = Object.entries(Ipv4.of(IP).toJSON());
      expect(all).toEqual(expect.arrayContaining(whole));
      expect(whole.length).toBe(
        header.layout.fields.filter(
          (one) => one.variable !== true && one.bitOffset + one.bitWidth <= length * 8,
        ).length,
      );
    }
  });

  it("gives the fixed part of a header whose options were cut, or whose length is a lie", () => {
    const tcp = new Uint8Array(22);
    tcp[12] = 8 << 4;
    const cut = wrapLax(Tcp, tcp);
    expect([faultCode(cut.fault), cut.truncated, cut.header.dataOffset]).toEqual([
      Fault.TRUNCATED_HEADER,
      10,
      8,
    ]);
    tcp[12] = 4 << 4;
    const wrong = wrapLax(Tcp, tcp);
    expect([wrong.fault === 0, wrong.truncated, wrong.header.dataOffset]).toEqual([false, 0, 4]);
  });

  it("says of a header that fits how much of its payload lacks", () => {
    const { header, fault, truncated } = wrapLax(Udp, IP.subarray(20, 30));
    expect([fault, truncated, header.length]).toEqual([0, 3, 13]);
  });
});
