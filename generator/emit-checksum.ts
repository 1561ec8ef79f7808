import type {
  GetAccessorDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  ParameterDeclarationStructure,
} from "ts-morph";
import { start } from "./place.js";
import { expressionCode, THROUGH_ACCESSORS } from "./emit-expression.js";
import { OVERRIDE } from "./emit-override.js";
import type { ChecksumModel, FieldModel, StructModel } from "./layout.js";
import { upper } from "./members.js";

type Method = OptionalKind<MethodDeclarationStructure>;

/** `verifyX`, `updateX` and `adjustX` of every checksum, and what the checksums of a payload take from this header. */
export function checksumMethods(struct: StructModel, pseudoHeaderNumber: number | undefined): Method[] {
  const methods = struct.fields.flatMap((field) => {
    const { checksum } = field;
    if (checksum === undefined) return [];
    const sum = { field, checksum, number: pseudoHeaderNumber };
    return [verifyMethod(sum), updateMethod(sum), ...adjustMethod(sum)];
  });
  return [...methods, ...addressSumMethod(struct)];
}

/** A checksum field and what its code needs to know. */
interface Sum {
  readonly field: FieldModel;
  readonly checksum: ChecksumModel;
  readonly number: number | undefined;
}

const SOURCE = "(RFC 1071)";

function verifyMethod(sum: Sum): Method {
  const { field, checksum } = sum;
  const { member, name } = field;
  const unknown = unknownTests(sum);
  const isGood =
    checksum.algorithm === "internet"
      ? `sumWords(${rangeCode(checksum)}${startCode(sum)}) === 0xffff`
      : `${aroundCode(sum)} === this.${member}`;
  const more = checksum.over === "header" ? "" : `\n${UNKNOWN}`;
  return {
    name: `verify${upper(member)}`,
    docs: [`Whether ${name} is right for ${coverText(checksum)}.${more}`],
    parameters: verifyParameters(checksum),
    returnType: "ChecksumVerdict",
    statements: [
      ...(unknown.length === 0 ? [] : [`if (${unknown.join(" || ")}) return "unknown";`]),
      ...lengthLocal(sum),
      `return ${isGood} ? "good" : "bad";`,
    ],
  };
}

const UNKNOWN =
  '"unknown" where it cannot be told: bytes are missing, the rest is in other fragments, the sender\'s card would have\n' +
  "filled it in (`status` of the packet), or there is none.";

function coverText({ over, usesPseudoHeader }: ChecksumModel): string {
  if (over === "header") return "this header";
  return usesPseudoHeader ? "a pseudo header, this header and its payload" : "this header and its payload";
}

function verifyParameters({ over, usesPseudoHeader }: ChecksumModel): ParameterStructures {
  if (over === "header") return [];
  const status = { name: "status", type: "ChecksumStatus", initializer: '"unknown"' };
  return usesPseudoHeader
    ? [{ name: "parent", type: "PseudoHeader" }, status]
    : [{ name: "parent", type: "PayloadState", initializer: "this" }, status];
}

type ParameterStructures = OptionalKind<ParameterDeclarationStructure>[];

function unknownTests({ field, checksum }: Sum): string[] {
  return [
    ...(field.when === undefined ? [] : [`!this.has${upper(field.member)}`]),
    ...(checksum.zeroMeansNone ? [`this.${field.member} === 0`] : []),
    ...(checksum.over === "header" ? [] : ["isUnsure(this, parent, status)"]),
  ];
}

/** The first and last byte that are covered. */
function rangeCode({ over }: ChecksumModel): string {
  return over === "header" ? "this.view, this.offset, this.payloadOffset" : "this.view, this.offset, end";
}

function lengthLocal({ checksum }: Sum): string[] {
  return checksum.over === "header" ? [] : ["const end = this.payloadEnd;"];
}

function startCode({ checksum, number }: Sum): string {
  return checksum.usesPseudoHeader ? `, parent.addressSum() + ${number ?? 0} + end - this.offset` : "";
}

function aroundCode({ field, checksum }: Sum): string {
  const end = checksum.over === "header" ? "this.payloadOffset" : "end";
  const bytes = field.type.bits / 8;
  return `checksumAround(${checksum.algorithm}, this.view, this.offset, ${start(field)}, ${bytes}, ${end})`;
}

function updateMethod(sum: Sum): Method {
  const { field, checksum } = sum;
  const { member, name } = field;
  const none = checksum.zeroMeansNone ? " || 0xffff" : "";
  const isInternet = checksum.algorithm === "internet";
  const value = isInternet ? `internetChecksum(${rangeCode(checksum)}${startCode(sum)})` : aroundCode(sum);
  const source = isInternet ? ` ${SOURCE}` : "";
  return {
    name: `update${upper(member)}`,
    docs: [
      `Writes ${name} as ${coverText(checksum)} need${checksum.over === "header" ? "s" : ""} it${source}.`,
    ],
    parameters: checksum.usesPseudoHeader ? [{ name: "parent", type: "PseudoHeader" }] : [],
    returnType: "void",
    statements: [
      ...(field.when === undefined ? [] : [`if (!this.has${upper(member)}) return;`]),
      ...lengthLocal(sum),
      ...(isInternet ? [`this.${member} = 0;`] : []),
      `this.${member} = ${value}${none};`,
    ],
  };
}

/** RFC 1624: only the internet checksum can be kept right by what changed alone. */
function adjustMethod({ field, checksum }: Sum): Method[] {
  if (checksum.algorithm !== "internet") return [];
  const { member, name } = field;
  const none = checksum.zeroMeansNone;
  const adjusted = `this.${member} = adjustedChecksum(this.${member}, before, after)${none ? " || 0xffff" : ""};`;
  return [
    {
      name: `adjust${upper(member)}`,
      docs: [
        `Keeps ${name} right after something it covers has changed, without summing again (RFC 1624): \`before\` and\n` +
          "`after` are 16-bit words, or 32-bit values at an even offset, such as an IPv4 address.",
      ],
      parameters: [
        { name: "before", type: "number" },
        { name: "after", type: "number" },
      ],
      returnType: "void",
      statements: [none ? `if (this.${member} !== 0) ${adjusted}` : adjusted],
    },
  ];
}

function addressSumMethod({ pseudoHeader }: StructModel): Method[] {
  if (pseudoHeader === undefined) return [];
  const sums = runsOf(pseudoHeader).reduce((before, { from, to }) => {
    const range = `this.view, this.offset + ${from}, this.offset + ${to}`;
    return `sumWords(${range}${before === "" ? "" : `, ${before}`})`;
  }, "");
  return [
    {
      name: "addressSum",
      docs: [
        `What checksums of the payload cover of this header: ${pseudoHeader.map(({ name }) => name).join(" and ")}.`,
      ],
      returnType: "number",
      statements: [`return ${sums};`],
    },
  ];
}

/** Fields that touch are summed up together. */
function runsOf(fields: readonly FieldModel[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const { bitOffset, type } of fields) {
    const [from, to] = [bitOffset / 8, (bitOffset + type.bits) / 8];
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

/** Whether the payload is a part of something that came in several packets. */
export function fragmentGetter({ fragment }: StructModel): OptionalKind<GetAccessorDeclarationStructure>[] {
  if (fragment === undefined) return [];
  return [
    {
      name: "isFragment",
      leadingTrivia: OVERRIDE,
      returnType: "boolean",
      statements: [`return ${expressionCode(fragment, THROUGH_ACCESSORS)};`],
    },
  ];
}
