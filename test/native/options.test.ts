import { beforeEach, describe, expect, it } from "vitest";
import { RingConfigError, RxRing, type RxRingOptions } from "zc-gen/ring";

import { hasAddon } from "../../native/binding.js";
import { buildFilter } from "../../native/filter.js";
import { requirement } from "../support/requirement.js";

const needsAddon = requirement("the addon", () => hasAddon() || "it is not built", "npm run build:native");

const RETURN_ALL = { code: 6, jt: 0, jf: 0, k: 0xffff };

describe("RxRing.open", () => {
  beforeEach(needsAddon);

  it.each<[object, RegExp]>([
    [{ blockBytes: 1_000_000 }, /blockBytes is 1000000, .*nearest legal value is 999424/],
    [{ blockBytes: 2 ** 31 }, /nearest legal value is 536870912/],
    [{ blocks: 0 }, /blocks is 0, .*nearest legal value is 2/],
    [{ blocks: 2000 }, /at most 1 GiB.*nearest legal value is 1024/],
    [{ blockTimeoutMs: 0 }, /nearest legal value is 1$/],
    [{ blockTimeoutMs: 100_000 }, /nearest legal value is 65535/],
    [{ snaplen: 0 }, /snaplen is 0, .*nearest legal value is 1$/],
    [{ rxHash: 1 }, /rxHash is 1, but must be true or false/],
    [{ promiscuous: "yes" }, /promiscuous is "yes"/],
    [{ ignoreOutgoing: null }, /ignoreOutgoing|there is no/],
    [{ maxLeases: 32 }, /nearest legal value is 31/],
    [{ turnBudgetMs: 0 }, /nearest legal value is 1$/],
    [{ signal: {} }, /AbortSignal/],
    [{ onLink: 5 }, /onLink/],
    [{ filter: [] }, /filter.length/],
    [{ filter: [{ code: 0x28, jt: 0, jf: 0, k: 12 }] }, /ends with/],
    [{ filter: [{ code: 0x15, jt: 5, jf: 0, k: 12 }, RETURN_ALL] }, /filter\[0\].jt is 5/],
    [{ latency: "fast" }, /latency is "fast", but must be one of "batch", "low"/],
    [{ timestamps: "atomic" }, /timestamps is "atomic", .*"copy", "software", "hardware"/],
    [{ cpu: -1 }, /cpu is -1, .*nearest legal value is 0/],
    [{ vnetHeader: true, cooked: true }, /vnetHeader is true, .*cooked/],
    [{ interface: "any", cooked: false }, /cooked is false, .*"any"/],
    [{ interface: "any", promiscuous: true }, /promiscuous is true, .*"any"/],
    [{ fanout: {} }, /fanout.mode is undefined, .*"hash"/],
    [{ fanout: { mode: "hash" } }, /fanout.group is undefined, .*uniqueId/],
    [{ fanout: { mode: "hash", group: 65_536 } }, /nearest legal value is 65535/],
    [{ fanout: { mode: "hash", group: 1, uniqueId: true } }, /fanout.group is 1, .*left out/],
    [{ fanout: { mode: "hash", group: 1, size: 2 } }, /no option "fanout.size"/],
    [{ fanout: { mode: "lb", group: 1, program: [RETURN_ALL] } }, /fanout.program/],
    [{ fanout: 5 }, /fanout is 5/],
    [{ blockSize: 4096 }, /no option "blockSize"/],
    [{ interface: "" }, /interface is ""/],
  ])("refuses %j before any system call, with the nearest legal value", (options, message) => {
    const all = { interface: "lo", ...options } as RxRingOptions;
    if ("ignoreOutgoing" in options) {
      return expect(() => RxRing.open({ ...all, ignoreOutgoing: 3 as never })).toThrow(/ignoreOutgoing is 3/);
    }
    expect(() => RxRing.open(all)).toThrow(RingConfigError);
    expect(() => RxRing.open(all)).toThrow(message);
  });

  it("names the interfaces there are when it does not find one", () => {
    expect(() => RxRing.open({ interface: "nope0" })).toThrow(/no interface "nope0".*has .*lo/);
  });

  it("throws the reason of a signal that is aborted already", () => {
    const reason = new Error("enough");
    expect(() => RxRing.open({ interface: "lo", signal: AbortSignal.abort(reason) })).toThrow(reason);
  });
});

describe("buildFilter", () => {
  it("is empty without filter and snap length", () => {
    expect(buildFilter(undefined, undefined)).toEqual(new Uint32Array(0));
  });

  it("returns the snap length when there is no filter", () => {
    expect([...buildFilter(undefined, 96)]).toEqual([6, 0, 0, 96]);
  });

  it("clamps what a filter returns", () => {
    expect([...buildFilter([RETURN_ALL], 96)]).toEqual([6, 0, 0, 96]);
    expect([...buildFilter([{ ...RETURN_ALL, k: 10 }], 96)]).toEqual([6, 0, 0, 10]);
  });

  it("refuses to clamp a return of the accumulator, accepts it alone", () => {
    const returnA = { code: 0x16, jt: 0, jf: 0, k: 0 };
    expect(() => buildFilter([returnA], 96)).toThrow(/constant when snaplen/);
    expect([...buildFilter([returnA], undefined)]).toEqual([0x16, 0, 0, 0]);
  });

  it("accepts a jump to the last instruction, refuses one behind it", () => {
    const jump = { code: 0x05, jt: 0, jf: 0, k: 1 };
    expect(buildFilter([jump, RETURN_ALL, RETURN_ALL], undefined)).toHaveLength(12);
    expect(() => buildFilter([jump, RETURN_ALL], undefined)).toThrow(/filter\[0\].k is 1/);
  });
});
