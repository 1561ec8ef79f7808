import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AnyFields,
  buildPacket,
  Fault,
  faultCode,
  type Header,
  type HeaderClass,
  type List,
} from "zc-gen";
import { runFiles } from "./support/modules.js";
import { emitTexts, header, problemsOf } from "./support/schemas.js";

type Probe = Header & Record<string, unknown>;
type Avp = List & Record<string, unknown>;

const FIELDS = "version: u8\navps: { list: avp, until: end }";
/** Types that name each other before they are there, and one list in another. */
const TYPES = `types:
  group: { fields: { id: u8, members: { list: avp, until: end } } }
  other:
    tag: { kind: u8 }
    length: { length: u8, counts: value }
    value: { switch: kind, 1: { back: { list: avp, bytes: u8 }, tail: u8 } }
  avp:
    tag: { code: u8 }
    length: { length: u16, counts: value }
    value:
      switch: code
      1: { list: avp, until: end }
      2: group
      3: { host: dns_name, more: { list: avp, until: end } }
      4: { number: u32 }
      5: { list: other, until: end }
`;

const modules = runFiles(emitTexts(`${header(FIELDS)}${TYPES}`))["probe.ts"] as Record<
  string,
  HeaderClass<Probe>
>;

function on(bytes: readonly number[]): Probe {
  const Class = modules["Probe"] as HeaderClass<Probe>;
  return new Class(new DataView(Uint8Array.from(bytes).buffer)).wrapOrThrow(0, bytes.length);
}

const avp = (code: number, value: readonly number[]): number[] => [
  code,
  value.length >> 8,
  value.length & 255,
  ...value,
];
const avpsOf = (probe: Probe): Avp => probe["avps"] as Avp;

/** An element that holds `depth` more, one in the other. */
function nested(depth: number): number[] {
  let bytes: number[] = avp(4, [0, 0, 0, 7]);
  for (let i = 0; i < depth; i++) bytes = i % 2 === 0 ? avp(1, bytes) : avp(2, [9, ...bytes]);
  return bytes;
}

describe("a list whose elements hold lists of its kind", () => {
  it("is walked by one cursor a level, which is made when it is first asked for", () => {
    const number = avp(4, [0, 0, 0, 7]);
    const probe = on([1, ...avp(1, [...number, ...avp(1, number)]), ...avp(2, [8, ...number])]);
    const avps = avpsOf(probe);
    expect(avps.next()).toBe(true);
    const inner = avps["asAvp"] as Avp;
    expect([inner.next(), (inner["asCase4"] as Probe)["number"], inner.depth, inner.next()]).toEqual([
      true,
      7,
      1,
      true,
    ]);
    const innermost = inner["asAvp"] as Avp;
    expect([innermost.next(), innermost.next(), innermost.fault, innermost.depth]).toEqual([
      true,
      false,
      0,
      2,
    ]);
    expect([inner.next(), inner.fault, avps.next()]).toEqual([false, 0, true]);
    const members = (avps["asGroup"] as Probe)["members"] as Avp;
    expect([members.next(), (members["asCase4"] as Probe)["number"], members.depth]).toEqual([true, 7, 1]);
    expect([
      avps.first(),
      avps["asAvp"] === inner,
      inner.next(),
      inner.next(),
      inner["asAvp"] === innermost,
    ]).toEqual([true, true, true, true, true]);
    probe.park();
    expect(() => inner["code"]).toThrow(RangeError);
  });

  it("shows all of it as JSON and in dumps, and disturbs no walk", () => {
    const other = [1, 9, 7, ...avp(4, [0, 0, 0, 3]), 6];
    const probe = on([1, ...nested(2), ...avp(5, other), ...avp(3, [1, 97, 0, ...avp(1, [])])]);
    const avps = avpsOf(probe);
    expect([avps.next(), avps.next(), avps["code"]]).toEqual([true, true, 5]);
    const leaf = { code: 4, length: 4, value: { number: 7 } };
    expect(probe.toJSON()).toEqual({
      version: 1,
      avps: [
        { code: 2, length: 11, value: { id: 9, members: [{ code: 1, length: 7, value: [leaf] }] } },
        {
          code: 5,
          length: 11,
          value: [{ kind: 1, length: 9, value: { back: [{ ...leaf, value: { number: 3 } }], tail: 6 } }],
        },
        { code: 3, length: 6, value: { host: "a", more: [{ code: 1, length: 0 }] } },
      ],
    });
    expect(probe.hexDump()).toContain("number");
    expect(avps["code"]).toBe(5);
  });

  it("lies in as many as a cursor follows, and one more is a fault, with all before it readable", () => {
    const deepest = (depth: number): Avp => {
      let list = avpsOf(on([1, ...nested(depth)]));
      while (list.next() && list["code"] !== 4) {
        list = (list["code"] === 1 ? list["asAvp"] : (list["asGroup"] as Probe)["members"]) as Avp;
      }
      return list;
    };
    expect([deepest(32).depth, deepest(32)["code"], deepest(32).fault]).toEqual([32, 4, 0]);
    for (const depth of [33, 500]) {
      const list = deepest(depth);
      expect([list.depth, faultCode(list.fault), list.next(), list.find(4), faultCode(list.fault)]).toEqual([
        33,
        Fault.DEPTH,
        false,
        false,
        Fault.DEPTH,
      ]);
      expect(list.explain()?.code).toBe("ERR_ZC_DEPTH");
      expect(list.explain()?.message).toContain("lies in 33 lists of its kind; 32 are possible");
      expect(JSON.stringify(on([1, ...nested(depth)]).toJSON())).toContain("ERR_ZC_DEPTH");
      expect(on([1, ...nested(depth)]).hexDump().length).toBeGreaterThan(depth);
    }
  });

  it("may be walked by a cursor of one's own at any depth", () => {
    const probe = on([1, ...nested(3)]);
    const own = new (modules["Avp"] as unknown as new (view: DataView) => Avp)(probe.view);
    const put = (owner: Probe, name: string): Avp => (owner[name] as (cursor: Avp) => Avp).call(owner, own);
    const group = ((): Probe => {
      const avps = avpsOf(probe);
      avps.next();
      const inner = avps["asAvp"] as Avp;
      inner.next();
      return inner["asGroup"] as Probe;
    })();
    expect([put(group, "membersOn").next(), own.depth, own["code"]]).toEqual([true, 2, 1]);
    expect([put(probe, "avpsOn").next(), own.depth]).toEqual([true, 0]);
  });
});

interface Tree {
  readonly code: number;
  readonly bytes?: readonly number[];
  readonly number?: number;
  readonly children?: readonly Tree[];
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.record({ code: fc.constant(4), number: fc.nat(0xffffffff) }),
    fc.record({ code: fc.constant(77), bytes: fc.array(fc.nat(255), { maxLength: 5 }) }),
    fc.record({ code: fc.constantFrom(1, 2), children: fc.array(tie("tree"), { maxLength: 4 }) }),
  ),
}));

/** The same by plain recursion. */
function written({ code, bytes = [], number, children = [] }: Tree): number[] {
  if (number !== undefined) {
    return avp(code, [number >>> 24, (number >> 16) & 255, (number >> 8) & 255, number & 255]);
  }
  return avp(code, [...bytes, ...(code === 2 ? [9] : []), ...children.flatMap(written)]);
}

function fieldsOf({ code, bytes, number, children = [] }: Tree): AnyFields {
  if (bytes !== undefined) return { code, value: bytes };
  if (number !== undefined) return { code, value: { number } };
  const members = children.map(fieldsOf);
  return { code, value: code === 1 ? members : { id: 9, members } };
}

function read(list: Avp): Tree[] {
  const found: Tree[] = [];
  while (list.next()) {
    const code = list["code"] as number;
    if (code === 77) found.push({ code, bytes: [...list.valueBytes()] });
    else if (code === 4) found.push({ code, number: (list["asCase4"] as Probe)["number"] as number });
    else {
      found.push({
        code,
        children: read((code === 1 ? list["asAvp"] : (list["asGroup"] as Probe)["members"]) as Avp),
      });
    }
  }
  expect(list.fault).toBe(0);
  return found;
}

describe("trees of any form", () => {
  it("are read, and written by names, as plain recursion does", () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (trees) => {
        const bytes = [1, ...trees.flatMap(written)];
        expect(read(avpsOf(on(bytes)))).toEqual(trees);
        const target = new Uint8Array(bytes.length);
        buildPacket(target, [[modules["Probe"], { version: 1, avps: trees.map(fieldsOf) }]] as never);
        expect([...target]).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("cut or changed anywhere, end in values and faults, and never in more elements than there are bytes", () => {
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(255),
        (trees, place, byte) => {
          const bytes = [1, ...trees.flatMap(written)];
          const cut = bytes.slice(0, 1 + (place % bytes.length));
          const changed = bytes.with(1 + (place % (bytes.length - 1)), byte);
          for (const one of [cut, changed]) {
            const json = JSON.stringify(on(one).toJSON());
            expect(json.match(/"code"/g)?.length ?? 0).toBeLessThan(one.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what cannot lie in itself", () => {
  it.each([
    ["root: { struct: node }", "node: { fields: { a: u8, child: { struct: node } } }"],
    ["root: { array: node, until: end }", "node: { fields: { a: u8, children: { array: node, count: a } } }"],
    ["root: { array: node, until: end }", "node: { fields: { a: u8, more: { switch: a, 1: node } } }"],
  ])("%s of %s", (field, type) => {
    expect(problemsOf(`${header(field)}types:\n  ${type}\n`).join()).toContain(
      "a structure cannot contain itself: node > node",
    );
  });

  it("a list whose elements count themselves by a list", () => {
    const type = "item: { tag: { a: u8 }, length: { counts: self }, value: { list: item, until: end } }";
    expect(problemsOf(`${header("items: { list: item, until: end }")}types:\n  ${type}\n`).join()).toContain(
      "count themselves",
    );
  });
});
