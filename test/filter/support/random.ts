// Random expressions over the bundled schemas, with values that packets really have among them.
import fc from "fast-check";
import type { HeaderClass } from "zc-gen";
import { Stack } from "zc-gen/protocols";
import { kindOf, widthOf } from "../../../filter/field-kind.js";
import { fieldsAt, namesBehind } from "../../../filter/paths.js";

const LAYERS = new Stack(new DataView(new ArrayBuffer(0))).layerClasses;

/** What expressions are about: the layers that matter most come most often. */
const COMMON = [
  "ethernet",
  "vlan",
  "ipv4",
  "ipv6",
  "tcp",
  "udp",
  "arp",
  "icmp",
  "icmpv6",
  "ipv6_fragment",
  "dns",
];

const layer = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...LAYERS.filter(({ LAYOUT }) => COMMON.includes(LAYOUT.name))) },
  { weight: 1, arbitrary: fc.constantFrom(...LAYERS) },
);

const depth = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: fc.constantFrom("[0]", "[1]", "[2]", "[*]") },
);

const SPECIAL = [
  "udp.port == 53",
  "udp.port != 53",
  "tcp.port in {80, 443, 1024..65535}",
  "ipv4.addr in 10.0.0.0/8",
  "ipv4.addr not in {10.0.0.0/8, 192.168.0.0/16}",
  "host == 10.0.0.138",
  "net in {10.0.0.0/8, fe80::/10}",
  "ipv6.addr in 2001:db8::/32",
  "port < 1024",
  "captured_length > 100",
  "captured_length in 60..64",
  "tcp.flags.syn && !tcp.flags.ack",
  "vlan.id in {10, 20..3000}",
  'dns.questions.name ~ "a"',
  'dns.questions.name == "google.com"',
  "dns.answers.type == a",
  "tcp.options.kind in {2, 8}",
  "ipv6.src == fe80::1",
  "ipv4.protocol == udp",
  "ipv4.protocol == tcp",
  "ethernet.ether_type in {ipv4, ipv6}",
  "ipv4.fragment_offset != 0",
  "ipv4.more_fragments",
  "tcp.flags & 0x12 == 0x12",
  "tcp.flags in {0x02, 0x18}",
  "tcp.flags & 0x3f != 0x10",
  "tcp.options.mss > 1000",
  "dhcpv4.options.message_type in {discover, request}",
  "dns.answers.rdata.address in 0.0.0.0/1",
  "udp.src_port == udp.dst_port",
  "tcp.window > ipv4.total_length",
  "ipv4.src == ipv4.dst || ethernet.src == ethernet.dst",
  "ipv4.total_length < captured_length",
  "udp.port != tcp.port || ipv6.src == ipv6.dst",
  "ethernet.dst & 01:00:00:00:00:00 == 01:00:00:00:00:00",
  "ipv4.src & 255.0.0.255 == 10.0.0.1",
  "tcp.sequence_number == tcp.acknowledgment_number",
  "tcp.sequence_number < tcp.acknowledgment_number",
];

type FieldLayout = HeaderClass["LAYOUT"]["fields"][number];
/** Some values that a field has had, by the layer's name and the path behind it. */
type SeenValues = (layer: string, path: string) => readonly string[];

/** A field in a structure, in elements of an array or list, or in what these hold. */
interface Nested {
  readonly layer: HeaderClass;
  readonly path: string;
  readonly field: FieldLayout;
}

const MOST_NAMES = 4;

function nestedIn(layer: HeaderClass, path: readonly string[] = []): Nested[] {
  if (path.length === MOST_NAMES) return [];
  return namesBehind({ layer, depth: 0 }, path).flatMap((name) => {
    const names = [...path, name];
    const found = path.length === 0 ? [] : fieldsAt({ layer, depth: 0 }, names);
    const own = found.slice(0, 1).map(({ field }) => ({ layer, path: names.join("."), field }));
    return [...own, ...nestedIn(layer, names)];
  });
}

const NESTED = LAYERS.flatMap((one) => nestedIn(one));
const NESTED_IN_COMMON = NESTED.filter(({ layer: { LAYOUT } }) => COMMON.includes(LAYOUT.name));

const nested = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NESTED_IN_COMMON) },
  { weight: 1, arbitrary: fc.constantFrom(...NESTED) },
);

/** Fields that have a number, or an address, of one kind, by that. */
const COMPARABLE = new Map<string, { readonly name: string; readonly field: FieldLayout }[]>();
for (const { LAYOUT } of LAYERS) {
  const isCommon = COMMON.includes(LAYOUT.name);
  const nestedFields = NESTED.filter(({ layer: one }) => one.LAYOUT === LAYOUT);
  const all = [...LAYOUT.fields.map((field) => ({ path: field.name, field })), ...nestedFields];
  for (const { path, field } of all) {
    const kind = kindOf(field) === "signed" ? "unsigned" : kindOf(field);
    if (!["unsigned", "mac", "ipv4", "ipv6", "flag"].includes(kind) || field.as === "parts") continue;
    const known = COMPARABLE.get(kind) ?? [];
    COMPARABLE.set(kind, known);
    for (let i = 0; i < (isCommon ? 4 : 1); i++) known.push({ name: `${LAYOUT.name}.${path}`, field });
  }
}

const OPERATORS = ["==", "!=", "<", "<=", ">", ">="] as const;

const oneKind = fc
  .constantFrom("unsigned", "unsigned", "mac", "ipv4", "ipv6", "flag")
  .map((kind) => COMPARABLE.get(kind) ?? []);

/** A field and another. */
const pairRelation = oneKind.chain((fields) =>
  fc
    .tuple(fc.constantFrom(...fields), fc.constantFrom(...OPERATORS), fc.constantFrom(...fields))
    .map(([left, operator, right]) => `${left.name} ${operator} ${right.name}`),
);

/** Some bits of a field: a value is made of the mask, so that it can be. */
const maskedRelation = fc
  .constantFrom(...(COMPARABLE.get("unsigned") ?? []).filter(({ field }) => kindOf(field) === "unsigned"))
  .chain(({ name, field }) => {
    const most = (1n << BigInt(widthOf(field))) - 1n;
    const number = fc.bigInt({ min: 1n, max: most });
    const compared = fc.tuple(number, number, fc.constantFrom("==", "!=", "<", ">="));
    return fc.oneof(
      number.map((mask) => `${name} & ${mask}`),
      compared.map(([mask, value, operator]) => `${name} & ${mask} ${operator} ${value & mask}`),
    );
  });

/** A relation; `seen` says which values a field has had. */
function relation(seen: SeenValues): fc.Arbitrary<string> {
  const ofField = fc.tuple(layer, depth).chain(([found, at]) => fieldRelation(found, at, seen));
  const alone = fc.tuple(layer, depth).map(([{ LAYOUT }, at]) => `${LAYOUT.name}${at}`);
  return fc.oneof(
    { weight: 6, arbitrary: ofField },
    { weight: 2, arbitrary: fc.tuple(nested, depth).chain(([one, at]) => nestedRelation(one, at, seen)) },
    { weight: 2, arbitrary: alone },
    { weight: 2, arbitrary: maskedRelation },
    { weight: 2, arbitrary: pairRelation },
    { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) },
  );
}

function fieldRelation({ LAYOUT }: HeaderClass, at: string, seen: SeenValues): fc.Arbitrary<string> {
  const fields = LAYOUT.fields.filter((field) => kindOf(field) !== "none" && field.as !== "parts");
  if (fields.length === 0) return fc.constant(LAYOUT.name);
  return fc.constantFrom(...fields).chain((field) => {
    return compared(`${LAYOUT.name}${at}.${field.name}`, field, seen(LAYOUT.name, field.name));
  });
}

function nestedRelation(
  { layer: { LAYOUT }, path, field }: Nested,
  at: string,
  seen: SeenValues,
): fc.Arbitrary<string> {
  const name = `${LAYOUT.name}${at}.${path}`;
  if (kindOf(field) === "none" || field.as === "parts") return fc.constant(name);
  return compared(name, field, seen(LAYOUT.name, path));
}

function compared(name: string, field: FieldLayout, known: readonly string[]): fc.Arbitrary<string> {
  const values = fc.oneof(
    ...(known.length === 0 ? [] : [{ weight: 4, arbitrary: fc.constantFrom(...known) }]),
    { weight: 1, arbitrary: anyValue(field) },
  );
  const alone = fc.constant(name);
  switch (kindOf(field)) {
    case "flag":
      return fc.oneof(
        alone,
        fc.constantFrom("true", "false").map((value) => `${name} == ${value}`),
      );
    case "bytes":
    case "text":
    case "name":
      return fc.oneof(
        alone,
        fc.tuple(fc.constantFrom("==", "!=", "~"), values).map(([op, value]) => `${name} ${op} ${value}`),
      );
    default:
      return fc.oneof(
        { weight: 1, arbitrary: alone },
        {
          weight: 6,
          arbitrary: fc
            .tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">="), values)
            .map(([op, value]) => `${name} ${op} ${value}`),
        },
        {
          weight: 2,
          arbitrary: fc
            .tuple(fc.constantFrom("in", "not in"), values, values)
            .map(([op, one, two]) => `${name} ${op} {${one}, ${two}}`),
        },
      );
  }
}

function anyValue(field: HeaderClass["LAYOUT"]["fields"][number]): fc.Arbitrary<string> {
  const bits = BigInt(widthOf(field));
  const byte = fc.integer({ min: 0, max: 255 });
  switch (kindOf(field)) {
    case "ipv4":
      return fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join("."));
    case "ipv6":
      return byte.map((low) => `fe80::${low.toString(16)}`);
    case "mac":
      return byte.map((low) => `02:00:5e:10:00:${low.toString(16).padStart(2, "0")}`);
    case "bytes":
      return fc
        .array(byte, { minLength: 2, maxLength: 4 })
        .map((bytes) => bytes.map((one) => one.toString(16).padStart(2, "0")).join(":"));
    case "text":
    case "name":
      return fc.constantFrom('"com"', '"www"', '"example.com"', '"."');
    case "signed":
      return fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }).map(String);
    default:
      return fc.oneof(fc.bigInt({ min: 0n, max: (1n << bits) - 1n }).map(String), fc.constantFrom("0", "1"));
  }
}

/** Expressions, brackets and negations included. */
export function expressions(seen: SeenValues): fc.Arbitrary<string> {
  return fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3, depthIdentifier: "filter" },
      { weight: 3, arbitrary: relation(seen) },
      {
        weight: 2,
        arbitrary: fc
          .array(tie("expression"), { minLength: 2, maxLength: 3 })
          .map((parts) => `(${parts.join(" && ")})`),
      },
      {
        weight: 2,
        arbitrary: fc
          .array(tie("expression"), { minLength: 2, maxLength: 3 })
          .map((parts) => `(${parts.join(" || ")})`),
      },
      { weight: 1, arbitrary: tie("expression").map((part) => `!(${part})`) },
    ),
  })).expression;
}
