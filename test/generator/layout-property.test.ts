import fc from "fast-check";
import { expect, it } from "vitest";
import { isIncomplete } from "../../runtime/index.js";
import { readBits, writeBits } from "./support/bit-model.js";
import { runFiles } from "./support/modules.js";
import { type RandomField, type RandomSchema, randomSchema } from "./support/random-schema.js";
import { emitTexts } from "./support/schemas.js";
import { strictProblems } from "./support/strict.js";

const SCHEMAS_A_RUN = 20;
const RUNS = 12;
const seed = Number(process.env["FAST_CHECK_SEED"] ?? Date.now() % 2 ** 31);
console.info(`layout-property: seed ${seed} (FAST_CHECK_SEED repeats it)`);

/** What the tests need of any generated class. */
type Accessor = Record<string, unknown> & { wrap(offset: number, end: number): number; offset: number };

const batches = fc
  .array(randomSchema, { minLength: SCHEMAS_A_RUN, maxLength: SCHEMAS_A_RUN })
  .map((makers) => makers.map((make, index) => make(`s${index}`)));

it("reads, writes and bounds every fixed layout as the bit-by-bit model does", { timeout: 240_000 }, () => {
  let count = 0;
  const values = fc.infiniteStream(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }));
  const property = fc.property(
    batches,
    fc.uint8Array({ minLength: 64, maxLength: 64 }),
    values,
    (schemas, noise, stream) => {
      const modules = runFiles(
        emitTexts(Object.fromEntries(schemas.map(({ name, text }) => [`${name}.yaml`, text]))),
      );
      const classes = modules["index.ts"] as Record<string, new (view: DataView) => Accessor>;
      for (const schema of schemas) {
        count++;
        try {
          checkSchema(
            schema,
            classes[schema.name.toUpperCase()] as new (view: DataView) => Accessor,
            noise,
            stream,
          );
        } catch (error) {
          throw new Error(`${String((error as Error).message)}\nin schema\n${schema.text}`, { cause: error });
        }
      }
    },
  );
  fc.assert(property, { seed, numRuns: RUNS, endOnFailure: true });
  expect(count).toBe(RUNS * SCHEMAS_A_RUN);
});

it("is accepted by the strictest compiler, whatever its fields", { timeout: 60_000 }, () => {
  const schemas = fc.sample(randomSchema, { seed, numRuns: 25 }).map((make, index) => make(`s${index}`));
  const files = emitTexts(Object.fromEntries(schemas.map(({ name, text }) => [`${name}.yaml`, text])));
  expect(strictProblems(files)).toEqual([]);
});

function checkSchema(
  schema: RandomSchema,
  Class: new (view: DataView) => Accessor,
  noise: Uint8Array,
  stream: Iterator<bigint>,
): void {
  const before = 5 + (schema.size % 7);
  const bytes = Uint8Array.from(
    { length: before + schema.size + 9 },
    (_, i) => (noise[i % 64] as number) ^ (i * 7),
  );
  // The view begins inside its buffer: offsets must count from the view.
  const buffer = new Uint8Array(bytes.length + 3);
  const view = new DataView(buffer.buffer, 3);
  buffer.set(bytes, 3);
  const header = new Class(view);
  for (let length = 0; length < schema.size; length++) {
    expect(isIncomplete(header.wrap(before, before + length))).toBe(true);
    expect(header.offset).toBeLessThan(0);
  }
  expect(header.wrap(before, before + schema.size)).toBe(0);
  expect((Class as unknown as { MIN_LENGTH: number }).MIN_LENGTH).toBe(schema.size);
  for (const field of schema.fields) checkReads(header, field, buffer, before + 3);
  buffer.fill(0xa5);
  for (const field of schema.fields) checkWrites(header, field, buffer, before + 3, stream);
}

const call = (target: Accessor, name: string, ...args: unknown[]): unknown => {
  const method = target[name];
  if (typeof method !== "function") throw new Error(`there is no ${name}()`);
  return (method as (...all: unknown[]) => unknown).apply(target, args);
};
const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The value the model sees at a place, as the accessor of such a field gives it. */
function modelValue({ kind, run, as }: RandomField, buffer: Uint8Array, start: number): unknown {
  const raw = readBits(buffer, start, run);
  switch (kind) {
    case "flag":
      return raw === 1n;
    case "float": {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, raw);
      return run.bits === 32 ? view.getFloat32(4) : view.getFloat64(0);
    }
    default: {
      const value = kind === "int" ? BigInt.asIntN(run.bits, raw) : raw;
      return run.bits > 53 && as !== "safe" && kind !== "mac" ? value : Number(value);
    }
  }
}

function slice(buffer: Uint8Array, start: number, { bit, bits }: RandomField["run"]): number[] {
  return [...buffer.subarray(start + bit / 8, start + (bit + bits) / 8)];
}

function checkReads(target: Accessor, field: RandomField, buffer: Uint8Array, start: number): void {
  const { name, kind, run, as } = field;
  switch (kind) {
    case "struct":
      for (const inner of field.fields ?? []) {
        checkReads(target[name] as Accessor, inner, buffer, start + run.bit / 8);
      }
      return;
    case "bytes":
    case "ipv6":
      expect([...(call(target, `${name}Bytes`) as Uint8Array)], name).toEqual(slice(buffer, start, run));
      if (kind === "ipv6") expect(call(target, `${name}Word`, 2), name).toBe(Number(readBits(buffer, start, { bit: run.bit + 64, bits: 32, order: "big" }))); // prettier-ignore
      if (kind === "bytes") expect(target[`${name}Length`], name).toBe(run.bits / 8);
      return;
    case "array":
      for (let i = 0; i < (field.count ?? 0); i++) checkElement(target, field, buffer, start, i);
      expect(target[`${name}Count`], name).toBe(field.count);
      expect(() => call(target, `${name}At`, field.count), name).toThrow(RangeError);
      return;
    default:
      if (as === "parts") {
        const value = readBits(buffer, start, run);
        expect([target[`${name}High`], target[`${name}Low`]], name).toEqual([Number(value >> 32n), Number(value & 0xffffffffn)]); // prettier-ignore
        return;
      }
      compare(target[name], modelValue(field, buffer, start), field);
  }
}

/** A value beyond 2^53 that is read as a safe number is only promised to be seen as unsafe. */
function compare(found: unknown, expected: unknown, { name, as }: RandomField): void {
  if (as === "safe" && !Number.isSafeInteger(expected)) expect(Number.isSafeInteger(found), name).toBe(false);
  else if (found !== expected && !(Number.isNaN(found) && Number.isNaN(expected))) {
    expect(found, name).toBe(expected);
  }
}

function checkElement(
  target: Accessor,
  field: RandomField,
  buffer: Uint8Array,
  start: number,
  index: number,
): void {
  const element = field.element as RandomField;
  const at = start + (field.run.bit + index * element.run.bits) / 8;
  const found = call(target, `${field.name}At`, index);
  if (element.kind === "struct") {
    for (const inner of element.fields ?? []) checkReads(found as Accessor, inner, buffer, at);
  } else if (element.kind === "ipv6") {
    expect([...(found as Uint8Array)]).toEqual(slice(buffer, at, element.run));
  } else compare(found, modelValue(element, buffer, at), { ...element, name: field.name });
}

/** A value to write: what the accessor takes, and the bits the model expects. */
function drawn(
  { kind, run, as }: RandomField,
  stream: Iterator<bigint>,
): { value: unknown; raw: bigint; fits: boolean } {
  const random = stream.next().value as bigint;
  switch (kind) {
    case "flag":
      return { value: (random & 1n) === 1n, raw: random & 1n, fits: true };
    case "float": {
      const view = new DataView(new ArrayBuffer(8));
      const value = Number(random) / 1e6;
      if (run.bits === 64) view.setFloat64(0, value);
      else view.setFloat32(4, value);
      return { value, raw: view.getBigUint64(0), fits: true };
    }
    default: {
      // Too large now and then: what does not fit must be refused, and not spill into other fields.
      const isBig = run.bits > 53 && as !== "safe" && kind !== "mac";
      const signed = BigInt.asIntN(Math.min(run.bits, isBig ? 64 : 53), random);
      const inside = kind === "int" ? signed : BigInt.asUintN(Math.min(run.bits, isBig ? 64 : 53), random);
      const whole = random % 4n === 0n ? BigInt.asIntN(isBig ? 64 : 53, random) : inside;
      const raw = BigInt.asUintN(run.bits, whole);
      const fits = whole === (kind === "int" ? BigInt.asIntN(run.bits, raw) : raw);
      return { value: isBig ? whole : Number(whole), raw, fits };
    }
  }
}

function checkWrites(
  target: Accessor,
  field: RandomField,
  buffer: Uint8Array,
  start: number,
  stream: Iterator<bigint>,
): void {
  const { name, kind, run, as } = field;
  const expected = buffer.slice();
  switch (kind) {
    case "struct":
      for (const inner of field.fields ?? []) checkWrites(target[name] as Accessor, inner, buffer, start + run.bit / 8, stream); // prettier-ignore
      return;
    case "array":
      for (let i = 0; i < (field.count ?? 0); i++) writeElement(target, field, buffer, start, i, stream);
      return;
    case "bytes":
    case "ipv6": {
      const bytes = Array.from({ length: run.bits / 8 }, () =>
        Number(BigInt.asUintN(8, stream.next().value as bigint)),
      );
      expected.set(bytes, start + run.bit / 8);
      call(target, `set${upper(name)}`, bytes);
      break;
    }
    default: {
      const { value, raw, fits } = drawn(field, stream);
      if (fits || as === "parts") writeBits(expected, start, run, raw);
      if (as === "parts") {
        target[`${name}High`] = Number(raw >> 32n);
        target[`${name}Low`] = Number(raw & 0xffffffffn);
        expect(() => (target[`${name}Low`] = 2 ** 32), name).toThrow(RangeError);
      } else if (fits) target[name] = value;
      else expect(() => (target[name] = value), name).toThrow(RangeError);
    }
  }
  same(buffer, expected, name);
}

function writeElement(
  target: Accessor,
  field: RandomField,
  buffer: Uint8Array,
  start: number,
  index: number,
  stream: Iterator<bigint>,
): void {
  // prettier-ignore
  const element = field.element as RandomField;
  const at = start + (field.run.bit + index * element.run.bits) / 8;
  if (element.kind === "struct") {
    const nested = call(target, `${field.name}At`, index) as Accessor;
    for (const inner of element.fields ?? []) checkWrites(nested, inner, buffer, at, stream);
    return;
  }
  const expected = buffer.slice();
  const { value, raw, fits } = drawn(element, stream);
  if (fits) writeBits(expected, at, element.run, raw);
  const bytes = slice(expected, at, element.run);
  const write = (): unknown =>
    call(target, `set${upper(field.name)}At`, index, element.kind === "ipv6" ? bytes : value);
  if (fits || element.kind === "ipv6") write();
  else expect(write, field.name).toThrow(RangeError);
  same(buffer, expected, field.name);
}

function same(found: Uint8Array, expected: Uint8Array, name: string): void {
  const at = found.findIndex((byte, index) => byte !== expected[index]);
  if (at >= 0) expect([...found], `${name}, from byte ${at}`).toEqual([...expected]);
}
