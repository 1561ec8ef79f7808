import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { implementedPart, listProblems, readList, shrinkable, unexplained } from "./lists.mjs";

const MAPPING = {
  enable: ["eth", "ip", "gre", "dns", "mdns", "raw"],
  protocols: {
    ethernet: { tshark: "eth", fields: { dst: "eth.dst" } },
    ipv4: { tshark: "ip", fields: { ttl: "ip.ttl" }, lists: { options: { fields: {} } } },
    gre: { tshark: "gre", fields: { key: "gre.key" } },
    dns: { tshark: ["dns", "mdns"], fields: { id: "dns.id" } },
  },
};
const NOT_IMPLEMENTED = {
  layers: ["gre", "dns"],
  link_types: ["raw"],
  fields: { ipv4: ["options"] },
  captures: [],
};

describe("the part of the mapping that is implemented", () => {
  it("has neither the layers nor the fields of the list, and tshark does not look for them", () => {
    const part = implementedPart(MAPPING, NOT_IMPLEMENTED) as typeof MAPPING;
    expect(Object.keys(part.protocols)).toEqual(["ethernet", "ipv4"]);
    expect(part.protocols.ipv4).toMatchObject({ fields: { ttl: "ip.ttl" }, lists: {} });
    expect(part.enable).toEqual(["eth", "ip"]);
  });
});

describe("the list of what is not implemented", () => {
  it("may hold neither unknown names nor what is decoded", () => {
    expect(listProblems(MAPPING, NOT_IMPLEMENTED, ["ethernet", "ipv4"])).toEqual([]);
    expect(listProblems(MAPPING, { ...NOT_IMPLEMENTED, layers: ["gre", "x"] }, ["gre"])).toEqual([
      "not-implemented.json: mapping.json has no layer x",
      "not-implemented.json: gre is decoded: take it off",
    ]);
    expect(listProblems(MAPPING, { ...NOT_IMPLEMENTED, fields: { ipv4: ["tos"] } }, [])).toHaveLength(1);
    expect(shrinkable(NOT_IMPLEMENTED, ["ipv4.options"])).toHaveLength(1);
    expect(shrinkable(NOT_IMPLEMENTED, ["ipv4.ttl"])).toEqual([]);
    expect(shrinkable({ ...NOT_IMPLEMENTED, partly: { "ipv4.options": "why" } }, ["ipv4.options"])).toEqual(
      [],
    );
  });
});

describe("an ignored difference", () => {
  const entry = { capture: "tcpdump/x.pcap", ignore: ["ipv4.ttl"], why: "tshark is wrong" };

  it("needs a row in the documentation that names capture and field", () => {
    expect(unexplained([entry], "| tcpdump/x.pcap, 3 | ipv4.ttl | 1 | 2 | RFC 791 |")).toEqual([]);
    expect(unexplained([entry], "| tcpdump/x.pcap, 3 | ipv4.src |\n| ipv4.ttl |")).toHaveLength(1);
  });

  it("of today's list has one", () => {
    const docs = readFileSync(new URL("../../docs/oracle-differences.md", import.meta.url), "utf8");
    expect(unexplained((readList("ignore.json") as { entries: (typeof entry)[] }).entries, docs)).toEqual([]);
  });
});
