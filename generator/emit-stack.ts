import type { ClassDeclarationStructure, MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { Scope, StructureKind } from "./ts-morph.js";
import { childMethod, hex, restMethod } from "./emit-choice.js";
import { enterMethod } from "./emit-enter.js";
import { straightStatements } from "./emit-straight.js";
import type { Held } from "./held.js";
import { literal } from "./literal.js";
import type { StructModel } from "./layout.js";
import { childMethodName, enterMethodName } from "./names.js";
import { commonStart, keyBits, type Layer, type StackPlan } from "./stack-plan.js";

/** Tables and the class: one method per header, which moves that header's cursor and calls the next one's. */
export function stackStatements(
  plan: StackPlan,
  held: Pick<Held, "data">,
): (string | ClassDeclarationStructure)[] {
  const stack = stackClass(plan);
  const text = JSON.stringify(stack.methods);
  return [
    presenceTable(plan),
    rulesTable(plan, held),
    ...plan.layers.flatMap((layer) => [...lookupTables(layer, plan), ...leadingTable(layer, text)]),
    stack,
  ];
}

/** What each layer adds to `found`; `has` looks up by the number of the layout. */
function presenceTable({ layers, lastMask }: StackPlan): string {
  const classes = layers.map(({ struct }) => struct.className);
  const values = layers.map(({ presence }) => hex(presence));
  return [
    "/** What each layer adds to `found`. */",
    `const PRESENCE = /* @__PURE__ */ layerPresence([${classes.join(", ")}], [${values.join(", ")}], ${lastMask});`,
    "/** The same by the number of the layout. */",
    `const VALUES = /* @__PURE__ */ presenceById(PRESENCE, PRESENCE.values${lastMask === 0 ? "" : ", -1"});`,
    ...(lastMask === 0 ? [] : ["const MASKS = /* @__PURE__ */ presenceById(PRESENCE, PRESENCE.masks);"]),
  ].join("\n");
}

/** For `bind`: what there is to bind to. */
function rulesTable({ layers }: StackPlan, held: Pick<Held, "data">): string {
  const rules = layers.flatMap(({ struct }) =>
    struct.next
      .filter(({ fields }) => fields.length > 0)
      .map((rule) => [`${struct.name}.${rule.key}`, 2 ** keyBits(rule) - 1] as const),
  );
  const doc = "/** Every rule with the largest value it looks up. */";
  return `${doc}\nconst RULES: Readonly<Record<string, number>> = ${held.data(Object.fromEntries(rules))};`;
}

function lookupTables({ choices }: Layer, plan: StackPlan): string[] {
  return choices.flatMap(({ table, rule, targets }, index) => {
    if (table === undefined || choices.findIndex((one) => one.table === table) !== index) return [];
    const numberOf = (child: StructModel | undefined): number => (child && plan.layerOf(child).number) ?? 0;
    const entries = Object.fromEntries(
      targets.filter(({ min, max }) => min === max).map(({ min, child }) => [min, numberOf(child)]),
    );
    const rows = targets
      .filter(({ min, max }) => min !== max)
      .map(({ min, max, child }) => [min, max, numberOf(child)]);
    const more = rows.length === 0 ? "" : `, ${JSON.stringify(rows.reverse())}`;
    return [
      `/** The layer that each value leads to; 0 is none. */\nconst ${table} = /* @__PURE__ */ lookupTable(${keyBits(rule)}, ${literal(entries)}${more});`,
    ];
  });
}

/** None for a layer that is only walked. */
function leadingTable({ choices, leading }: Layer, methods: string): string[] {
  if (leading === undefined || !methods.includes(leading.table)) return [];
  const tables = choices.flatMap(({ table }) => table ?? []);
  const rows = choices
    .filter(({ table }) => table === undefined)
    .flatMap(({ targets }) => targets.map(({ min, max }) => [min, max]));
  const more = rows.length === 0 ? "" : `, ${JSON.stringify(rows)}`;
  return [
    `/** 1 for each value that may lead to a layer. */\nconst ${leading.table} = /* @__PURE__ */ leadingValues([${[...new Set(tables)].join(", ")}]${more});`,
  ];
}

function stackClass(plan: StackPlan): ClassDeclarationStructure {
  const { layers } = plan;
  const repeating = layers.filter(({ repeats }) => repeats);
  return {
    kind: StructureKind.Class,
    name: "Stack",
    isExported: true,
    extends: "StackBase",
    docs: [
      `Finds the layers of a packet: ${layers.map(({ struct }) => struct.name).join(", ")}.\n\nOne cursor a layer, made once; \`has(X)\` tells which of them stand on the last packet.`,
    ],
    properties: [
      ...layers.map(({ member, struct }) => ({
        name: member,
        isReadonly: true,
        type: struct.className,
        initializer: `new ${struct.className}(this.view)`,
      })),
      {
        name: "cursors",
        scope: Scope.Protected,
        isReadonly: true,
        hasOverrideKeyword: true,
        type: "Header[][]",
        initializer: `[[], ${layers.map(({ member }) => `[this.${member}]`).join(", ")}]`,
      },
      {
        name: "presence",
        scope: Scope.Protected,
        hasOverrideKeyword: true,
        type: "LayerPresence",
        initializer: "PRESENCE",
      },
      {
        name: "rules",
        scope: Scope.Protected,
        isReadonly: true,
        hasOverrideKeyword: true,
        type: "Readonly<Record<string, number>>",
        initializer: "RULES",
      },
    ],
    getAccessors: repeating.map(({ member, number, struct }) => ({
      name: `${member}Count`,
      returnType: "number",
      docs: [`How many ${struct.name} headers the last packet has.`],
      statements: [`return this.countOf(${number});`],
    })),
    methods: calledOnly([
      ...repeating.map(atMethod),
      decodeMethod(plan),
      ...decodeApartMethods(plan),
      hasMethod(plan),
      ...layers.flatMap((layer) => [enterMethod(layer, plan), ...restMethod(layer, plan)]),
      ...dispatchMethod(plan),
      childOfMethod(plan),
      ...layers.flatMap((layer) => childMethod(layer, plan)),
      parkStaleMethod(plan),
    ]),
  };
}

type Method = OptionalKind<MethodDeclarationStructure>;

/** Without the private methods that no other one calls: layers without a bit are walked. */
function calledOnly(methods: readonly Method[]): Method[] {
  const calls = methods.flatMap(({ name, statements }) => {
    const names = JSON.stringify(statements).matchAll(/\bthis\.([\w$]+)\(/g);
    return [...names].flatMap(([, callee = ""]) => (callee === name ? [] : callee));
  });
  const callees = new Set(calls);
  const called = methods.filter(
    ({ name, scope, hasOverrideKeyword }) =>
      scope !== Scope.Private || hasOverrideKeyword === true || callees.has(name),
  );
  return called.length === methods.length ? called : calledOnly(called);
}

function atMethod({ member, number, struct }: Layer): OptionalKind<MethodDeclarationStructure> {
  return {
    name: `${member}At`,
    docs: [
      `The ${struct.name} at a depth, 0 being the outermost. @throws RangeError when the last packet has no such depth.`,
    ],
    parameters: [{ name: "depth", type: "number" }],
    returnType: struct.className,
    statements: [`return this.headerAt(${number}, depth) as ${struct.className};`],
  };
}

/** The way that most packets go; everything else takes another step. */
function decodeMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const common = commonStart(plan);
  const straight = common === undefined ? [] : straightStatements(common.layer, plan);
  return {
    name: "decode",
    hasOverrideKeyword: true,
    overloads: [
      { parameters: [{ name: "packet", type: "PacketBounds" }], returnType: "number" },
      {
        parameters: ["offset", "end", "linkType"].map((name) => ({ name, type: "number" })),
        returnType: "number",
      },
    ],
    parameters: [
      { name: "first", type: "PacketBounds | number" },
      { name: "second", type: "number", hasQuestionToken: true },
      { name: "linkType", type: "number", hasQuestionToken: true },
    ],
    returnType: "number",
    statements: [
      "const offset = first as number;",
      "const end = second as number;",
      ...(straight.length === 0 ? [] : [`if (linkType === ${common?.value}) {`, ...straight, "}"]),
      "return this.decodeApart(first, end, linkType as number);",
    ],
  };
}

/** A packet with bounds of its own, other link types, and packets with a fault. */
function decodeApartMethods({ linkTypes }: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const begin = ({ number, presence, struct }: Layer): string =>
    presence === 0
      ? `this.walkFrom(${number}, offset, end)`
      : `this.settled(this.${enterMethodName(struct.name)}(offset, end))`;
  const cases = linkTypes.map(({ value, layer }) => `case ${value}:\nreturn ${begin(layer)};`);
  return [
    {
      name: "decodeApart",
      scope: Scope.Private,
      parameters: [
        { name: "packet", type: "number | PacketBounds" },
        ...["end", "linkType"].map((name) => ({ name, type: "number" })),
      ],
      returnType: "number",
      statements: [
        'if (typeof packet === "number") return this.decodeBytes(packet, end, linkType);',
        "const { dataOffset, dataEnd } = packet;",
        "return this.decode(dataOffset, dataEnd, packet.linkType);",
      ],
    },
    {
      name: "decodeBytes",
      scope: Scope.Private,
      parameters: ["offset", "end", "linkType"].map((name) => ({ name, type: "number" })),
      returnType: "number",
      statements: [
        `switch (linkType) {\n${cases.join("\n")}\ndefault:\nreturn this.settle(this.refuseLinkType(offset, end, linkType));\n}`,
      ],
    },
  ];
}

/** Packets of layers that have no room in the word are walked, and asked layer by layer. */
function hasMethod({ layers, lastMask }: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const found =
    lastMask === 0
      ? "(this.found & (VALUES[layer.LAYOUT.id] as number)) > 0"
      : "(this.found & (MASKS[id] as number)) === VALUES[id]";
  const hasAll = layers.every(({ presence }) => presence !== 0);
  return {
    name: "has",
    hasOverrideKeyword: true,
    parameters: [{ name: "layer", type: "HeaderClass" }],
    returnType: "boolean",
    statements: [
      ...(lastMask === 0 ? [] : ["const { id } = layer.LAYOUT;"]),
      `return ${found}${hasAll ? "" : " || this.walkedOver(layer)"};`,
    ],
  };
}

/** The layers that tables lead to, by number: apart from the hot methods, where a long switch would cost. */
function dispatchMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const structs = plan.layers.flatMap(({ choices }) =>
    choices.flatMap(({ table, targets }) =>
      table === undefined ? [] : targets.flatMap(({ child }) => child ?? []),
    ),
  );
  if (structs.length === 0) return [];
  const layers = [...new Set(structs)]
    .map((struct) => plan.layerOf(struct))
    .filter(({ presence }) => presence !== 0)
    .sort((a, b) => a.number - b.number);
  const cases = layers.map(
    ({ number, struct }) => `case ${number}:\nreturn this.${enterMethodName(struct.name)}(offset, end);`,
  );
  return [
    {
      name: "enter",
      scope: Scope.Private,
      parameters: ["layer", "from", "offset", "end"].map((name) => ({ name, type: "number" })),
      returnType: "number",
      statements: [
        "if (layer <= from) return this.again();",
        `switch (layer) {\n${cases.join("\n")}\ndefault:\nreturn this.again();\n}`,
      ],
    },
  ];
}

/** For walks. */
function childOfMethod({ layers }: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const cases = layers
    .filter(({ struct }) => struct.next.length > 0)
    .map(
      ({ number, struct }) =>
        `case ${number}:\nreturn this.${childMethodName(struct.name)}(header as ${struct.className});`,
    );
  return {
    name: "childOf",
    hasOverrideKeyword: true,
    scope: Scope.Protected,
    parameters: [
      { name: cases.length === 0 ? "_layer" : "layer", type: "number" },
      { name: cases.length === 0 ? "_header" : "header", type: "Header" },
    ],
    returnType: "number",
    statements:
      cases.length === 0 ? ["return 0;"] : [`switch (layer) {\n${cases.join("\n")}\ndefault:\nreturn 0;\n}`],
  };
}

/** What a packet leaves behind: a layer that the next one lacks must not go on answering for it. */
function parkStaleMethod({ layers, lastMask }: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const inner = layers.filter(({ presence }) => presence > lastMask);
  const last = layers.filter(({ presence }) => presence !== 0 && presence <= lastMask);
  const cases = last.map(({ presence, member }) => `case ${presence}:\nthis.${member}.park();\nbreak;`);
  return {
    name: "parkStale",
    hasOverrideKeyword: true,
    scope: Scope.Protected,
    parameters: ["before", "after"].map((name) => ({ name, type: "number" })),
    returnType: "void",
    statements: [
      ...(inner.length === 0 ? [] : ["const stale = before & ~after;"]),
      ...inner.map(({ presence, member }) => `if ((stale & ${hex(presence)}) !== 0) this.${member}.park();`),
      ...(last.length === 0
        ? []
        : [
            `const last = before & ${lastMask};`,
            `if (last === (after & ${lastMask})) return;`,
            `switch (last) {\n${cases.join("\n")}\n}`,
          ]),
    ],
  };
}
