// What the step from one set of schemas to another breaks: for `zc-gen diff`.
import { compareFields } from "./compare-fields.js";
import { attachedText } from "./field-text.js";
import { compare, type Span } from "./diagnostics.js";
import { expressionText } from "./expression-text.js";
import {
  type Attachment,
  type EnumModel,
  maxOf,
  type Model,
  type NextRule,
  type SchemaModel,
  type StructModel,
} from "./layout.js";
import type { SchemaChange, TellChange } from "./schema-change.js";

/** Every change of the schemas that are the user's own, by name; documentation is none. */
export function compareSchemas(before: Model, after: Model): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const teller =
    (subject: string): TellChange =>
    (level, span, name, message) =>
      void changes.push({ level, span, message, subject: name === "" ? subject : `${subject}.${name}` });
  eachPair(structsOf(before), structsOf(after), {
    gone: (struct, name) => teller(name)("api", struct.span, "", `the class ${struct.className} is gone`),
    added: (struct, name) =>
      teller(name)("compatible", struct.span, "", `the class ${struct.className} is new`),
    both: (old, now, name) => compareStruct(old, now, teller(name)),
  });
  eachPair(enumsOf(before), enumsOf(after), {
    gone: (one, name) => teller(name)("api", one.span, "", "the enum is gone"),
    added: (one, name) => teller(name)("compatible", one.span, "", "the enum is new"),
    both: (old, now, name) => compareEnum(old, now, teller(name)),
  });
  compareAttachments(before, after, teller);
  return changes.sort((a, b) => compare(a.subject, b.subject));
}

interface OnPair<T> {
  gone(old: T, name: string): void;
  added(now: T, name: string): void;
  both(old: T, now: T, name: string): void;
}

function eachPair<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, on: OnPair<T>): void {
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort(compare)) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old !== undefined && now !== undefined) on.both(old, now, name);
    else if (old !== undefined) on.gone(old, name);
    else if (now !== undefined) on.added(now, name);
  }
}

function own({ schemas }: Model): SchemaModel[] {
  return schemas.filter(({ ref }) => ref.origin === "own");
}

/** Headers by their name, types by `file.type`, the two orders of a pair by their class. */
function structsOf(model: Model): Map<string, StructModel> {
  return new Map(
    own(model).flatMap(({ ref, header, types, orders }) => [
      ...(header === undefined ? [] : [[ref.name, header] as const]),
      ...types.map(
        (type) => [`${ref.name}.${orders === undefined ? type.name : type.className}`, type] as const,
      ),
    ]),
  );
}

function enumsOf(model: Model): Map<string, EnumModel> {
  return new Map(
    own(model).flatMap(({ ref, enums }) =>
      enums.map((one) => [one.name === ref.name ? ref.name : `${ref.name}.${one.name}`, one] as const),
    ),
  );
}

function compareStruct(before: StructModel, after: StructModel, tell: TellChange): void {
  compareFields(before, after, tell);
  const size = (struct: StructModel): string =>
    struct.headerLength === undefined ? "its fields" : expressionText(struct.headerLength);
  told(tell, "wire", after.span, "header length", size(before), size(after));
  told(tell, "wire", after.span, "declared length", declaredText(before), declaredText(after));
  if (before.className !== after.className) {
    tell("api", after.span, "", `the class ${before.className} became ${after.className}`);
  }
  compareLets(before, after, tell);
  compareNext(before, after, tell);
}

function told(
  tell: TellChange,
  level: "wire" | "api",
  span: Span,
  what: string,
  was: string,
  is: string,
): void {
  if (was !== is) tell(level, span, "", `${what}: ${was} became ${is}`);
}

function declaredText({ declared }: StructModel): string {
  if (declared === undefined) return "none";
  const { counts, from, when, zeroMeansCaptured } = declared;
  const condition = when === undefined ? "" : ` if ${expressionText(when)}`;
  return `${counts} ${expressionText(from)}${zeroMeansCaptured ? " (0: captured)" : ""}${condition}`;
}

function compareLets(before: StructModel, after: StructModel, tell: TellChange): void {
  const byName = ({ lets }: StructModel): Map<string, string> =>
    new Map(lets.map(({ name, value }) => [name, expressionText(value)]));
  eachPair(byName(before), byName(after), {
    gone: (_, name) => tell("api", after.span, name, "the value is gone"),
    added: (_, name) => tell("compatible", after.span, name, "the value is new"),
    both: (was, is, name) => {
      if (was !== is) tell("api", after.span, name, `the value ${was} became ${is}`);
    },
  });
}

function compareNext(before: StructModel, after: StructModel, tell: TellChange): void {
  const byKey = ({ next }: StructModel): Map<string, string> =>
    new Map(next.map((rule) => [rule.key, ruleText(rule)]));
  eachPair(byKey(before), byKey(after), {
    gone: (_, key) => tell("wire", after.span, "", `nothing follows by ${key} any more`),
    added: (_, key) => tell("compatible", after.span, "", `headers can follow by ${key}`),
    both: (was, is, key) => {
      if (was !== is) tell("wire", after.span, "", `what follows by ${key}: ${was} became ${is}`);
    },
  });
}

function maskText(peek: number, mask: number | undefined): string {
  return mask === undefined || mask === maxOf(peek) ? "" : `, masked by ${mask}`;
}

function ruleText({ fields, peek, mask, named, like, when, unless }: NextRule): string {
  const others = [
    ...(peek === undefined ? [] : [`the first ${peek} bits of what follows${maskText(peek, mask)}`]),
    ...(like === undefined ? [] : [`like ${String(like.value)}`]),
    ...named.map(({ min, max, to }) => `${min === max ? min : `${min}..${max}`} to ${String(to.value)}`),
  ];
  const conditions = [
    ...(when === undefined ? [] : [` when ${expressionText(when)}`]),
    ...(unless === undefined ? [] : [` unless ${expressionText(unless)}`]),
  ];
  return [...fields.map(({ name }) => name), ...others].join(", ") + conditions.join("");
}

function compareEnum(before: EnumModel, after: EnumModel, tell: TellChange): void {
  if (before.closed !== after.closed) {
    const [level, text] = after.closed
      ? (["wire", "is closed now: other values are invalid"] as const)
      : (["compatible", "is open now: other values are possible"] as const);
    tell(level, after.span, "", text);
  }
  const byLabel = ({ labels, rows }: EnumModel): Map<string, string> => {
    const named = labels.map(({ label, value }) => [label, String(value)] as const);
    return rows.reduce((all, { label, min, max }) => {
      const others = all.get(label);
      return all.set(label, `${others === undefined ? "" : `${others}, `}${min}..${max}`);
    }, new Map(named));
  };
  eachPair(byLabel(before), byLabel(after), {
    gone: (value, label) => tell("api", after.span, label, `the label of ${value} is gone`),
    added: (value, label) => tell("compatible", after.span, label, `is new: ${value}`),
    both: (was, is, label) => {
      if (was !== is) tell("wire", after.span, label, `is ${is}, was ${was}`);
    },
  });
}

function compareAttachments(before: Model, after: Model, teller: (subject: string) => TellChange): void {
  const byPlace = ({ attachments }: Model): Map<string, Attachment> =>
    new Map(
      attachments
        .filter(({ parent, child }) => (child ?? parent)?.schema.origin === "own")
        .map((one) => [`${childName(one)} ${placeOf(one)}`, one]),
    );
  const isKnown = (model: Model, { parent, child }: Attachment): boolean =>
    model.schemas.some(({ header }) => header?.name === (child ?? parent)?.name);
  eachPair(byPlace(before), byPlace(after), {
    gone: (one) => {
      if (isKnown(after, one)) {
        teller(childName(one))("wire", one.span, "", `no longer follows ${placeOf(one)}`);
      }
    },
    added: (one) => {
      if (isKnown(before, one)) {
        teller(childName(one))("compatible", one.span, "", `follows ${placeOf(one)} now`);
      }
    },
    both: () => undefined,
  });
}

/** What follows; nothing, where the value is known to lead nowhere. */
function childName({ child }: Attachment): string {
  return child?.name ?? "nothing";
}

function placeOf(one: Attachment): string {
  const { parent, key } = one;
  return `${parent === undefined ? key : `${parent.name}.${key}`} ${attachedText(one, String)}`;
}
