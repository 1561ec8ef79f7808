import { describe, expect, it } from "vitest";
import { Ipv4, Ipv6 } from "zc-gen/protocols";
import { FlowTable } from "../../examples/live/flow-table.js";

function header<T extends { init(offset: number, end: number): number; srcText: string; dstText: string }>(
  type: new (view: DataView) => T,
  src: string,
  dst: string,
): T {
  const ip = new type(new DataView(new ArrayBuffer(64)));
  ip.init(0, 64);
  ip.srcText = src;
  ip.dstText = dst;
  return ip;
}

describe("FlowTable", () => {
  it("adds packets and bytes up by address pair, the largest first", () => {
    const flows = new FlowTable();
    flows.addIpv4(header(Ipv4, "192.0.2.1", "192.0.2.2"), 60);
    flows.addIpv4(header(Ipv4, "192.0.2.1", "192.0.2.2"), 40);
    flows.addIpv4(header(Ipv4, "192.0.2.2", "192.0.2.1"), 90);
    flows.addIpv6(header(Ipv6, "2001:db8::1", "2001:db8::2"), 200);
    expect(flows.top(9)).toEqual([
      { src: "2001:db8::1", dst: "2001:db8::2", packets: 1, bytes: 200 },
      { src: "192.0.2.1", dst: "192.0.2.2", packets: 2, bytes: 100 },
      { src: "192.0.2.2", dst: "192.0.2.1", packets: 1, bytes: 90 },
    ]);
    expect(flows.top(1)).toHaveLength(1);
  });

  it("takes three quarters of its slots, and counts what found no room", () => {
    const flows = new FlowTable(64);
    for (let host = 0; host < 100; host++) flows.addIpv4(header(Ipv4, `10.0.0.${host}`, "10.1.0.1"), 1);
    flows.addIpv4(header(Ipv4, "10.0.0.0", "10.1.0.1"), 5); // one that is there is counted still
    expect(flows.top(100)).toHaveLength(48);
    expect(flows.overflow).toBe(52);
    expect(flows.top(1)[0]).toMatchObject({ src: "10.0.0.0", packets: 2, bytes: 6 });
  });
});
