// The cursor over a list: one class for its elements, moved from one to the next.
import type {
  ClassDeclarationStructure,
  GetAccessorDeclarationStructure,
  MethodDeclarationStructure,
  OptionalKind,
  PropertyDeclarationStructure,
} from "ts-morph";
import { Scope, StructureKind } from "./ts-morph.js";
import { readType } from "./access.js";
import { describe } from "./docs.js";
import { accessorsOf } from "./emit-accessors.js";
import type { CheckOptions } from "./emit-checks.js";
import { nameBase } from "./emit-names.js";
import { layoutFacts } from "./emit-layout.js";
import type { Held } from "./held.js";
import {
  type Chosen,
  caseGetters,
  caseNameGetter,
  caseProperties,
  parkCases,
  valueGetter,
} from "./emit-switch.js";
import { OVERRIDE } from "./emit-override.js";
import { fieldRange } from "./expression.js";
import { cursorName } from "./members.js";
import type { ListModel, StructModel, SwitchModel } from "./layout.js";

/** A structure of which the generator knows that it is a list's element. */
type ListStruct = StructModel & { readonly list: ListModel };

export function isListStruct(struct: StructModel): struct is ListStruct {
  return struct.list !== undefined;
}

/** One list class. */
export function listClassOf(struct: ListStruct, checks: CheckOptions, held: Held): ClassDeclarationStructure {
  const accessors = struct.fields.map((field) => accessorsOf(field, struct, checks));
  const { list } = struct;
  return {
    kind: StructureKind.Class,
    name: struct.className,
    isExported: true,
    extends: "List",
    docs: [
      `${describe(struct.name, struct)}\n\nA cursor over a list of such elements, ${struct.size} bytes and a value each.`,
    ],
    properties: [
      layoutProperty(struct, held),
      ...nameBase(struct),
      ...(list.value === undefined ? [] : caseProperties(list.value, struct)),
    ],
    getAccessors: [
      ...accessors.flatMap(({ getters }) => getters),
      ...caseNameGetter(struct),
      tagGetter(struct),
      ...(list.value === undefined
        ? []
        : [...caseGetters(chosenOf(list.value, struct)), valueGetter(chosenOf(list.value, struct))]),
      ...slotGetter(struct),
    ],
    setAccessors: accessors.flatMap(({ setters }) => setters),
    methods: [
      ...walkMethods(),
      nextMethod(struct),
      ...singleMethod(struct),
      ...accessors.flatMap(({ methods }) => methods),
      ...parkMethod(struct),
      ...slotAtMethod(struct),
    ],
  };
}

function chosenOf(model: SwitchModel, outer: StructModel): Chosen {
  return { model, outer, start: "this.valueOffset", end: "this.valueEnd", isSure: false };
}

function layoutProperty(struct: ListStruct, held: Held): OptionalKind<PropertyDeclarationStructure> {
  return {
    name: "LAYOUT",
    isStatic: true,
    isReadonly: true,
    type: "DefinedLayout",
    docs: ["Every field of an element with its place, for tools."],
    initializer: `/* @__PURE__ */ defineLayout(GENERATED, ${held.data(layoutFacts(struct))})`,
  };
}

/** Small, and in every class by itself: what they call is then known to the engine. */
function walkMethods(): OptionalKind<MethodDeclarationStructure>[] {
  const tag = [{ name: "tag", type: "number" }];
  const method = (
    name: string,
    statements: string[],
    parameters = tag,
  ): OptionalKind<MethodDeclarationStructure> => ({
    name,
    hasOverrideKeyword: true,
    parameters,
    returnType: "boolean",
    statements,
  });
  return [
    method("first", ["this.rewind();", "return this.next();"], []),
    method("find", ["this.rewind();", "return this.findNext(tag);"]),
    method("findNext", ["while (this.next()) if (this.tag === tag) return true;", "return false;"]),
  ];
}

/**
 * One step: every element is compared with what is left before the cursor stands on it. What ends a walk is told by
 * methods of their own, so that this one stays small enough to be part of the caller's loop.
 */
function nextMethod(struct: ListStruct): OptionalKind<MethodDeclarationStructure> {
  const { list, size: head } = struct;
  const { tagBytes } = list;
  const special = specialTest(list);
  const tagOnly = special !== undefined && tagBytes < head;
  return {
    name: "next",
    hasOverrideKeyword: true,
    returnType: "boolean",
    statements: [
      "const at = this.nextOffset;",
      "const room = this.end - at;",
      `if (room < ${tagOnly ? tagBytes : head}) return this.lacking(at, ${tagOnly ? tagBytes : head});`,
      ...(special === undefined
        ? []
        : [
            `const tag = ${readTag(struct)};`,
            `if (${special}) return this.single(${asksTag(list) ? "at, tag" : "at"});`,
          ]),
      ...(tagOnly ? [`if (room < ${head}) return this.lacking(at, ${head});`] : []),
      ...(list.length.counts === "self" ? selfSize(struct) : toldSize(struct)),
      "this.offset = at;",
      `this.valueOffset = at + ${head};`,
      "this.valueEnd = at + size;",
      `this.nextOffset = ${nextOffset(list)};`,
      "return true;",
    ],
  };
}

function toldSize(struct: ListStruct): string[] {
  const { list, size: head } = struct;
  return [
    `const size = ${sizeCode(struct)};`,
    `if (${tooShort(list, head)}size > room) return this.broken(${list.length.field.index}, at, size, ${head});`,
  ];
}

/** The value is moved to know its length; one that does not fit needs at least a byte more than there is. */
function selfSize({ list, size: head }: ListStruct): string[] {
  const struct = list.value?.otherwise?.struct;
  if (struct === undefined) return [];
  const cursor = `this.${cursorName(struct)}`;
  return [
    ...(struct.enclosing === undefined ? [] : ["this.offset = at;"]),
    `if (${cursor}.wrap(at + ${head}, this.end) !== 0) return this.lacking(at, room + 1);`,
    `const size = ${head} + ${cursor}.headerLength;`,
  ];
}

function readTag({ list, bitOrder }: ListStruct): string {
  return readType(list.tag.type, list.tag.bitOffset, bitOrder, "at");
}

/** Tags that end the list, or stand for all of their element. */
function specialTest({ absent, stop }: ListModel): string | undefined {
  const values = [...new Set([...absent, ...stop])].sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  const isRun = values.every((value, index) => value === index);
  return isRun && values.length > 1
    ? `tag <= ${values.at(-1)}`
    : values.map((value) => `tag === ${value}`).join(" || ");
}

/** How many bytes the element says it has, from its tag to its value's end. */
function sizeCode({ list, bitOrder, size: head }: ListStruct): string {
  const { field, counts, unit, plus } = list.length;
  const bitOffset = field.bitOffset + (field.slot === 0 ? 0 : list.tagBytes * 8);
  const read = readType(field.type, bitOffset, bitOrder, "at");
  const more = plus === 0 ? `(${read})` : `((${read}) ${plus < 0 ? "-" : "+"} ${Math.abs(plus)})`;
  const bytes = unit === 1 ? more : `${more} * ${unit}`;
  return counts === "value" ? `${head} + ${bytes}` : bytes;
}

/** Whether the element can be shorter than what comes before its value. */
function tooShort({ length: { field, counts, unit, plus } }: ListModel, head: number): string {
  const least = (fieldRange(field).min + plus) * unit + (counts === "value" ? head : 0);
  return least < head ? `size < ${head} || ` : "";
}

/** Padding after an element may lack at the list's end. */
function nextOffset({ align }: ListModel): string {
  if (align === 1) return "at + size";
  return `Math.min(this.end, at + ((size + ${align - 1}) & -${align}))`;
}

/** Whether an element may be a tag that ends the list, or one that does not. */
function asksTag({ absent, stop }: ListModel): boolean {
  return stop.length > 0 && isAlone({ absent, stop });
}

/** Whether an element may be its tag alone, and the list goes on. */
function isAlone({ absent, stop }: Pick<ListModel, "absent" | "stop">): boolean {
  return absent.some((value) => !stop.includes(value));
}

function singleMethod({ list }: ListStruct): OptionalKind<MethodDeclarationStructure>[] {
  const { absent, stop, tagBytes, align } = list;
  if (absent.length + stop.length === 0) return [];
  const isStop = stop.map((value) => `tag === ${value}`).join(" || ");
  const end = align > tagBytes ? `Math.min(this.end, at + ${align})` : `at + ${tagBytes}`;
  const statements = isAlone(list)
    ? [
        ...(stop.length === 0 ? [] : [`if (${isStop}) return this.stopAt(at);`]),
        "this.offset = at;",
        `this.valueOffset = at + ${tagBytes};`,
        `this.valueEnd = at + ${tagBytes};`,
        `this.nextOffset = ${end};`,
        "return true;",
      ]
    : ["return this.stopAt(at);"];
  const parameters = [
    { name: "at", type: "number" },
    ...(asksTag(list) ? [{ name: "tag", type: "number" }] : []),
  ];
  return [{ name: "single", scope: Scope.Private, parameters, returnType: "boolean", statements }];
}

function tagGetter(struct: ListStruct): OptionalKind<GetAccessorDeclarationStructure> {
  const { tag } = struct.list;
  const [first] = tag.fields;
  const isField = tag.fields.length === 1 && first?.type.kind === "uint";
  const code = isField
    ? `this.${first.member}`
    : readType(tag.type, tag.bitOffset, struct.bitOrder, "this.offset");
  return { name: "tag", leadingTrivia: OVERRIDE, returnType: "number", statements: [`return ${code};`] };
}

/** Where an element may be its tag alone, what follows the tag is read from a place that is parked then. */
function slotGetter({ slots, list }: ListStruct): OptionalKind<GetAccessorDeclarationStructure>[] {
  if (slots === 0) return [];
  const code = `this.valueOffset - this.offset === ${list.tagBytes} ? PARKED : this.offset + ${list.tagBytes}`;
  return [{ name: "slot1", scope: Scope.Private, returnType: "number", statements: [`return ${code};`] }];
}

function slotAtMethod({ slots }: ListStruct): OptionalKind<MethodDeclarationStructure>[] {
  if (slots === 0) return [];
  return [
    {
      name: "slotAt",
      hasOverrideKeyword: true,
      scope: Scope.Protected,
      parameters: [{ name: "_slot", type: "number" }],
      returnType: "number",
      statements: ["return this.slot1;"],
    },
  ];
}

/** A value that someone kept must not outlive the packet either. */
function parkMethod(struct: ListStruct): OptionalKind<MethodDeclarationStructure>[] {
  const { value } = struct.list;
  const cursors = value === undefined ? [] : parkCases(value, struct);
  if (cursors.length === 0) return [];
  const statements = ["super.park();", ...cursors];
  return [{ name: "park", hasOverrideKeyword: true, returnType: "void", statements }];
}
