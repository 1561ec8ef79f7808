import { describe, expect, it } from "vitest";
import {
  camelCase,
  className,
  enterMethodName,
  fileStem,
  labelName,
  localName,
  memberName,
  pascalCase,
  stackMember,
} from "../../generator/names.js";
import { header, problemsOf } from "./support/schemas.js";

describe("names", () => {
  it.each([
    ["tp_next_offset", "tpNextOffset", "TpNextOffset"],
    ["tpacket3_hdr", "tpacket3Hdr", "Tpacket3Hdr"],
    ["ipv4", "ipv4", "Ipv4"],
    ["a__b_", "aB", "AB"],
    ["tp_1", "tp1", "Tp1"],
  ])("turns %s into %s and %s", (name, camel, pascal) => {
    expect([camelCase(name), pascalCase(name)]).toEqual([camel, pascal]);
  });

  it("gives a $ to what JavaScript, the runtime or generated code has already", () => {
    expect([
      className("header"),
      className("map"),
      className("enum_layout"),
      className("array_like"),
    ]).toEqual(["Header$", "Map$", "EnumLayout$", "ArrayLike$"]);
    expect(
      ["offset", "wrap", "constructor", "to_string", "hex_dump"].map((name) => memberName(name)),
    ).toEqual(["offset$", "wrap$", "constructor$", "toString$", "hexDump$"]);
    expect(["class", "end", "field_fault", "total", "ihl"].map(localName)).toEqual([
      "class$",
      "end$",
      "fieldFault$",
      "total$",
      "ihl",
    ]);
    expect([stackMember("decode"), stackMember("vlan_count"), stackMember("park_udp"), stackMember("settle"), stackMember("udp")]).toEqual(["decode$", "vlanCount$", "parkUdp$", "settle$", "udp"]); // prettier-ignore
    expect([enterMethodName("link_type"), enterMethodName("udp")]).toEqual(["enterLinkType$", "enterUdp"]);
    expect([labelName("3pc"), labelName("class")]).toEqual(["$3pc", "class"]);
  });

  it("gives none to reserved words where JavaScript lets them stand", () => {
    expect(["class", "default", "new"].map((name) => memberName(name))).toEqual(["class", "default", "new"]);
  });

  it("makes files that every system can write", () => {
    expect(["udp", "tpacket3_hdr", "index", "stack", "con", "aux"].map(fileStem)).toEqual([
      "udp",
      "tpacket3-hdr",
      "index-header",
      "stack-header",
      "con-header",
      "aux-header",
    ]);
  });
});

describe("members of a class", () => {
  it.each([
    ["a_b: u8\na__b: u8", "a.yaml:7:3", "a__b", "a_b", "aB"],
    ["src: ipv4_address\nsrc_text: u8", "a.yaml:7:3", "src_text", "src", "srcText"],
    ["x: { bytes: 2 }\nset_x: u8", "a.yaml:7:3", "set_x", "x", "setX"],
    ["n: { type: u8, unit: 8 bytes }\nn_bytes: u8", "a.yaml:7:3", "n_bytes", "n", "nBytes"],
    ["n: { type: u64, as: parts }\nn_low: u8", "a.yaml:7:3", "n_low", "n", "nLow"],
    ["l: { array: u8, count: 2 }\nl_count: u8", "a.yaml:7:3", "l_count", "l", "lCount"],
  ])("rejects %j", (fields, place, second, first, member) => {
    expect(problemsOf(header(fields))).toEqual([
      `${place} name-clash: "${second}" and "${first}" would both become \`${member}\` | the other is here`,
    ]);
    expect(problemsOf(header(fields.replace(second, "free")))).toEqual([]);
  });

  it("rejects a field that is called like the accessor inside a structure", () => {
    const types = "endian: big\ntypes: { t: { fields: { a: u8 } } }";
    expect(problemsOf(header("in: { struct: t }\nin_cursor: u8", types))).toEqual([
      'a.yaml:7:3 name-clash: "in_cursor" and "in" would both become `inCursor` | the other is here',
    ]);
    expect(problemsOf(header("in: { struct: t }\nin_curs: u8", types))).toEqual([]);
  });

  it("gives bytes a $ whose accessors every header has already", () => {
    expect(memberName("payload", (member) => [`${member}Offset`, `${member}Length`])).toBe("payload$");
    expect(memberName("data", (member) => [`${member}Offset`, `${member}Length`])).toBe("data");
  });
});
