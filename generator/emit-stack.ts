import {
  type ClassDeclarationStructure,
  type MethodDeclarationStructure,
  type OptionalKind,
  type PropertyDeclarationStructure,
  Scope,
  StructureKind,
} from "ts-morph";
import { casesCode, choiceStatements, restMethod } from "./emit-choice.js";
import { literal } from "./emit-layout.js";
import { faultLiteral } from "./fault-codes.js";
import { hasRules } from "./emit-rules.js";
import { enterMethodName } from "./names.js";
import { keyBits, type Layer, type StackPlan } from "./stack-plan.js";

/** How often one header may repeat in a packet. Real stacks of VLAN, MPLS or tunnels stay below. */
const MAX_DEPTH = 8;

/** Tables and the class: one method per header, which wraps that header's cursor and calls the next one's. */
export function stackStatements(plan: StackPlan): (string | ClassDeclarationStructure)[] {
  return [
    ...presenceTables(plan),
    ...plan.layers.flatMap((layer) => lookupTables(layer, plan)),
    stackClass(plan),
  ];
}

/** One table a word: `has` is a lookup and an AND (2 to 4 ns of 33 a packet less than bit arithmetic, Node 20.20). */
function presenceTables(plan: StackPlan): string[] {
  return words(plan).map((name, word) => {
    const classes = plan.layers.filter((layer) => layer.word === word).map(({ struct }) => struct.className);
    const doc = `/** The bit of each layer in \`${name}\`, by the number of its layout. */`;
    return `${doc}\nconst PRESENCE${word} = /* @__PURE__ */ presenceMasks([${classes.join(", ")}]);`;
  });
}

function lookupTables({ choices }: Layer, plan: StackPlan): string[] {
  return choices.flatMap(({ table, rule, targets }, index) => {
    if (table === undefined || choices.findIndex((one) => one.table === table) !== index) return [];
    const entries = Object.fromEntries(
      targets.map(({ value, child }) => [value, plan.layerOf(child).number]),
    );
    return [
      `/** The layer that each value leads to; 0 is none. */\nconst ${table} = /* @__PURE__ */ lookupTable(${keyBits(rule)}, ${literal(entries)});`,
    ];
  });
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
      ...layers.map(cursorProperty),
      ...words(plan).map((name) => hidden(name, "number", "0")),
      {
        name: "maxDepth",
        scope: Scope.Protected,
        isReadonly: true,
        hasOverrideKeyword: true,
        type: "number",
        initializer: `${MAX_DEPTH}`,
      },
      ...repeating.map(({ member }) => ({
        name: `${member}Count`,
        type: "number",
        initializer: "0",
        docs: [`How many ${member} headers the last packet has.`],
      })),
    ],
    getAccessors: repeating.map(({ member, struct }) => ({
      name: member,
      returnType: struct.className,
      docs: [`The outermost ${struct.name}; {@link ${member}At} gives the others.`],
      statements: [`return this.${member}Cursors[0] as ${struct.className};`],
    })),
    methods: [
      ...repeating.map(atMethod),
      decodeMethod(),
      decodeBytesMethod(plan, repeating),
      hasMethod(plan),
      parkMethod(plan),
      presentMethod(plan),
      linkTypeMethod(plan),
      ...layers.flatMap((layer) => [enterMethod(layer, plan), ...restMethod(layer, plan)]),
      ...dispatchMethod(plan),
      ...parkStaleMethod(plan),
      ...repeating.map(parkDeeperMethod),
    ],
  };
}

function words({ words }: StackPlan): string[] {
  return Array.from({ length: words }, (_, index) => `found${index}`);
}

function hidden(name: string, type: string, initializer: string): OptionalKind<PropertyDeclarationStructure> {
  return { name, scope: Scope.Private, type, initializer };
}

function cursorProperty({ member, struct, repeats }: Layer): OptionalKind<PropertyDeclarationStructure> {
  const { className } = struct;
  const initializer = `new ${className}(this.view)`;
  if (!repeats) return { name: member, isReadonly: true, type: className, initializer };
  return {
    name: `${member}Cursors`,
    scope: Scope.Private,
    isReadonly: true,
    type: `readonly ${className}[]`,
    initializer: `Array.from({ length: ${MAX_DEPTH} }, () => ${initializer})`,
  };
}

function atMethod({ member, struct }: Layer): OptionalKind<MethodDeclarationStructure> {
  return {
    name: `${member}At`,
    docs: [
      `The ${struct.name} at a depth, 0 being the outermost. @throws RangeError when the last packet has no such depth.`,
    ],
    parameters: [{ name: "depth", type: "number" }],
    returnType: struct.className,
    statements: [
      `return this.${member}Cursors[elementIndex(depth, this.${member}Count)] as ${struct.className};`,
    ],
  };
}

/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;

const BOUNDS = [
  { name: "offset", type: "number" },
  { name: "end", type: "number" },
];

function decodeMethod(): OptionalKind<MethodDeclarationStructure> {
  return {
    name: "decode",
    hasOverrideKeyword: true,
    overloads: [
      { parameters: [{ name: "packet", type: "PacketBounds" }], returnType: "number" },
      { parameters: [...BOUNDS, { name: "linkType", type: "number" }], returnType: "number" },
    ],
    parameters: [
      { name: "first", type: "PacketBounds | number" },
      { name: "end", type: "number", initializer: "0" },
      { name: "linkType", type: "number", initializer: "0" },
    ],
    returnType: "number",
    statements: [
      'if (typeof first === "number") return this.decodeBytes(first, end, linkType);',
      "return this.decodeBytes(first.dataOffset, first.dataEnd, first.linkType);",
    ],
  };
}

/** What a packet leaves behind: a layer that the next one lacks must not go on answering for it. */
function decodeBytesMethod(
  plan: StackPlan,
  repeating: readonly Layer[],
): OptionalKind<MethodDeclarationStructure> {
  const parkable = parkableWords(plan);
  const stale = parkable.map((name) => name.replace("found", "stale"));
  return {
    name: "decodeBytes",
    scope: Scope.Private,
    parameters: [...BOUNDS, { name: "linkType", type: "number" }],
    returnType: "number",
    statements: [
      "this.begin(offset, end, linkType);",
      ...parkable.map((name) => `const ${name} = this.${name};`),
      ...words(plan).map((name) => `this.${name} = 0;`),
      ...repeating.flatMap(({ member }) => [
        `const ${member}Count = this.${member}Count;`,
        `this.${member}Count = 0;`,
      ]),
      `const fault = ${enterCode(plan)};`,
      ...parkable.map((name, index) => `const ${stale[index]} = ${name} & ~this.${name};`),
      ...(stale.length > 0 ? [`if ((${stale.join(" | ")}) !== 0) this.parkStale(${stale.join(", ")});`] : []),
      ...repeating.map(
        ({ member }) =>
          `if (this.${member}Count < ${member}Count) this.${parkFromName(member)}(${member}Count);`,
      ),
      "return fault;",
    ],
  };
}

/** Straight on for Ethernet, or for the lowest link type without it. */
function enterCode({ linkTypes }: StackPlan): string {
  const common = linkTypes.find(({ value }) => value === ETHERNET) ?? linkTypes[0];
  const others = "this.enterLinkType(offset, end, linkType)";
  if (common === undefined) return others;
  return `linkType === ${common.value} ? this.${enterName(common.layer)}(offset, end) : ${others}`;
}

function hasMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const found = words(plan).map(
    (name, word) => `(this.${name} & (PRESENCE${word}[layer.LAYOUT.id] as number))`,
  );
  return {
    name: "has",
    hasOverrideKeyword: true,
    parameters: [{ name: "layer", type: "HeaderClass" }],
    returnType: "boolean",
    statements: [`return (${found.join(" | ")}) !== 0;`],
  };
}

function parkMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const all = words(plan).map((name) => `this.${name}`);
  const stale = parkableWords(plan).map((name) => `this.${name}`);
  return {
    name: "park",
    hasOverrideKeyword: true,
    returnType: "void",
    statements: [
      ...(stale.length > 0 ? [`this.parkStale(${stale.join(", ")});`] : []),
      ...all.map((word) => `${word} = 0;`),
      ...plan.layers
        .filter(({ repeats }) => repeats)
        .flatMap(({ member }) => [
          `const ${member}Count = this.${member}Count;`,
          `this.${member}Count = 0;`,
          `this.${parkFromName(member)}(${member}Count);`,
        ]),
    ],
  };
}

/** Parks the cursors of a repeating layer that the last packet does not use: a loop, apart from the hot method. */
function parkDeeperMethod({ member, struct }: Layer): OptionalKind<MethodDeclarationStructure> {
  return {
    name: parkFromName(member),
    scope: Scope.Private,
    parameters: [{ name: "before", type: "number" }],
    returnType: "void",
    statements: [
      `for (let depth = this.${member}Count; depth < before; depth++) (this.${member}Cursors[depth] as ${struct.className}).park();`,
    ],
  };
}

function parkFromName(member: string): string {
  return `park${member[0]?.toUpperCase() ?? ""}${member.slice(1)}`;
}

function presentMethod({ layers }: StackPlan): OptionalKind<MethodDeclarationStructure> {
  return {
    name: "present",
    hasOverrideKeyword: true,
    scope: Scope.Protected,
    returnType: "Header[]",
    statements: [
      "const found: Header[] = [];",
      ...layers.map(({ member, repeats, word, bit }) =>
        repeats
          ? `found.push(...this.${member}Cursors.slice(0, this.${member}Count));`
          : `if ((this.found${word} & ${1 << bit}) !== 0) found.push(this.${member});`,
      ),
      "return found;",
    ],
  };
}

function linkTypeMethod({ linkTypes }: StackPlan): OptionalKind<MethodDeclarationStructure> {
  const cases = linkTypes.map(({ value, layer }) => ({ label: `${value}`, layer }));
  return {
    name: "enterLinkType",
    scope: Scope.Private,
    parameters: [...BOUNDS, { name: "linkType", type: "number" }],
    returnType: "number",
    statements: [
      `switch (linkType) {\n${casesCode(cases, "offset, end")}\ndefault:\nreturn this.stop(${faultLiteral("LINK_TYPE")}, undefined, offset);\n}`,
    ],
  };
}

function enterName({ struct }: Layer): string {
  return enterMethodName(struct.name);
}

function enterMethod(layer: Layer, plan: StackPlan): OptionalKind<MethodDeclarationStructure> {
  return {
    name: enterName(layer),
    scope: Scope.Private,
    parameters: BOUNDS,
    returnType: "number",
    statements: [
      ...cursorStatements(layer),
      "const fault = header.wrap(offset, end);",
      ...(layer.struct.slots === 0 ? ["if (fault !== 0) return this.stop(fault, header, offset);"] : []),
      ...(layer.struct.slots === 0
        ? []
        : [`if (fault !== 0 && !header.isWrapped) return this.stop(fault, header, offset);`]),
      `this.found${layer.word} |= ${1 << layer.bit};`,
      ...(layer.repeats ? [`this.${layer.member}Count = depth + 1;`] : []),
      ...(layer.struct.slots === 0 ? [] : ["if (fault !== 0) return this.stop(fault, header, offset);"]),
      ...(hasRules(layer.struct)
        ? ["const broken = header.validate();", "if (broken !== 0) return this.stop(broken, header, offset);"]
        : []),
      ...layer.choices.map((choice) => choiceStatements(choice, layer, plan)),
      "return 0;",
    ],
  };
}

function cursorStatements({ member, struct, repeats }: Layer): string[] {
  if (!repeats) return [`const header = this.${member};`];
  return [
    `const depth = this.${member}Count;`,
    `if (depth === ${MAX_DEPTH}) return this.stop(${faultLiteral("DEPTH")}, this.${member}, offset);`,
    `const header = this.${member}Cursors[depth] as ${struct.className};`,
  ];
}

/** The layers that tables lead to, by number: apart from the hot methods, where a long switch would cost. */
function dispatchMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const structs = plan.layers.flatMap(({ choices }) =>
    choices.flatMap(({ table, targets }) => (table === undefined ? [] : targets.map(({ child }) => child))),
  );
  if (structs.length === 0) return [];
  const layers = [...new Set(structs)]
    .map((struct) => plan.layerOf(struct))
    .sort((a, b) => a.number - b.number);
  const cases = layers.map((layer) => `case ${layer.number}:\nreturn this.${enterName(layer)}(offset, end);`);
  return [
    {
      name: "enter",
      scope: Scope.Private,
      parameters: [{ name: "layer", type: "number" }, ...BOUNDS],
      returnType: "number",
      statements: [`switch (layer) {\n${cases.join("\n")}\ndefault:\nreturn 0;\n}`],
    },
  ];
}

function parkStaleMethod(plan: StackPlan): OptionalKind<MethodDeclarationStructure>[] {
  const names = parkableWords(plan);
  if (names.length === 0) return [];
  const statements = plan.layers
    .filter(({ repeats }) => !repeats)
    .map(({ member, word, bit }) => `if ((found${word} & ${1 << bit}) !== 0) this.${member}.park();`);
  const parameters = names.map((name) => ({ name, type: "number" }));
  return [{ name: "parkStale", scope: Scope.Private, parameters, returnType: "void", statements }];
}

/** The presence words with a layer that has one cursor; repeating layers are parked by their depth. */
function parkableWords(plan: StackPlan): string[] {
  return words(plan).filter((_, word) => plan.layers.some((layer) => layer.word === word && !layer.repeats));
}
