import { describe, expect, it } from "vitest";
import { Elements, Fault, faultCode, faultField } from "zc-gen";
import { Dns, DnsRecord, DnsType } from "zc-gen/protocols";

const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
const u16 = (value: number): number[] => [value >> 8, value & 255];
const record = (name: number[], type: number, rdata: number[]): number[] => [
  ...name,
  ...u16(type),
  ...u16(1),
  ...[0, 0, 0x0e, 0x10],
  ...u16(rdata.length),
  ...rdata,
];
const EXAMPLE = [0xc0, 12];

/** An answer as servers send it, by the formats of RFC 1035 §4.1: every name after the first is a pointer or ends in one. */
const MESSAGE = [
  ...[0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 1, 0, 1],
  ...[...text("example"), ...text("com"), 0, ...u16(255), ...u16(1)],
  ...record(EXAMPLE, DnsType.a, [192, 0, 2, 1]),
  ...record(EXAMPLE, DnsType.mx, [0, 10, ...text("mail"), ...EXAMPLE]),
  ...record(EXAMPLE, DnsType.txt, [...text("v=spf1"), ...text("-all")]),
  ...record(EXAMPLE, DnsType.ns, [...text("ns"), ...EXAMPLE]),
  ...record([0], DnsType.opt, [0, 10, 0, 2, 7, 8]),
];

function on(bytes: readonly number[], before = 40): { dns: Dns; fault: number } {
  const all = new Uint8Array(before + bytes.length + 30).fill(0xa5);
  all.set(bytes, before);
  const dns = new Dns(new DataView(all.buffer));
  return { dns, fault: dns.wrap(before, before + bytes.length) };
}

describe("a DNS message", () => {
  it("is read to its last option", () => {
    const { dns, fault } = on(MESSAGE);
    const common = { name: "example.com", class: 1, ttl: 3600 };
    const json = dns.toJSON();
    expect(fault).toBe(0);
    expect(json["questions"]).toEqual([{ name: "example.com", type: 255, class: 1 }]);
    expect(json["answers"]).toEqual([
      { ...common, type: 1, rdata: { address: "192.0.2.1" } },
      { ...common, type: 15, rdata: { preference: 10, exchange: "mail.example.com" } },
      { ...common, type: 16, rdata: { texts: [{ text: "v=spf1" }, { text: "-all" }] } },
    ]);
    expect(json["authorities"]).toEqual([{ ...common, type: 2, rdata: { host: "ns.example.com" } }]);
    expect(json["additionals"]).toMatchObject([{ name: ".", type: 41, rdata: { options: [{ code: 10 }] } }]);
    expect(dns.headerLength).toBe(MESSAGE.length);
    expect(dns.hexDump()).toContain("answers[1]: name example.com, type 15 (mx)");
  });

  it("is walked without making anything", () => {
    const { dns } = on(MESSAGE);
    const { answers } = dns;
    let exchange: string | undefined;
    for (let more = answers.first(); more; more = answers.next()) {
      expect(answers.element.nameEquals("EXAMPLE.com")).toBe(true);
      exchange ??= answers.element.rdataAsMx?.exchangeText;
    }
    expect([exchange, answers.index, answers.fault]).toEqual(["mail.example.com", 2, 0]);
  });

  it("keeps everything before the byte at which it is cut", () => {
    for (let length = 12; length < MESSAGE.length; length++) {
      const { dns, fault } = on(MESSAGE.slice(0, length));
      expect([faultCode(fault), faultField(fault) >= 15]).toEqual([Fault.TRUNCATED_HEADER, true]);
      expect(dns.id).toBe(0x1234);
      const found = dns.questions.toJSON().length;
      expect(found).toBeGreaterThanOrEqual(length >= 29 ? 1 : 0);
      expect(() => dns.toJSON()).not.toThrow();
      expect(() => dns.hexDump()).not.toThrow();
    }
  });

  it("gives the bytes of a name whose pointer leads nowhere, and no text", () => {
    for (const pointer of [
      [0xc0, 12],
      [0xc0, 200],
      [0xff, 0xff],
    ]) {
      const bytes = [...MESSAGE.slice(0, 4), 0, 1, 0, 0, 0, 0, 0, 0, ...pointer, 0, 1, 0, 1];
      const { dns, fault } = on(bytes);
      const { questions } = dns;
      expect([fault, questions.next(), questions.element.nameText]).toEqual([0, true, undefined]);
      expect(questions.element.nameEquals("example.com")).toBe(false);
      expect(dns.toJSON()["questions"]).toMatchObject([{ name: Buffer.from(pointer).toString("hex") }]);
    }
  });

  it("that claims 65535 records is refused at the first that is not there", () => {
    const { fault } = on([...MESSAGE.slice(0, 6), 255, 255, 255, 255, 255, 255, ...MESSAGE.slice(12)]);
    expect([faultCode(fault), faultField(fault)]).toEqual([Fault.TRUNCATED_HEADER, 16]);
  });

  it("has records for cursors of one's own, which learn where the message begins", () => {
    const { dns } = on(MESSAGE);
    const own = dns.authoritiesOn(new Elements(new DnsRecord(dns.view)));
    expect([own.next(), own.element.nameText, own.element.rdataAsNs?.hostText]).toEqual([
      true,
      "example.com",
      "ns.example.com",
    ]);
    const alone = new DnsRecord(dns.view);
    expect([alone.wrap(own.start, own.end), alone.nameText]).toEqual([0, undefined]);
  });
});
