// The one module where ts-morph builds files. Fifth pass: the model as TypeScript, not yet formatted.
import { createHash } from "node:crypto";
import type { StatementStructures, WriterFunction } from "ts-morph";
import { IndentationText, Project, ts } from "./ts-morph.js";
import { layoutAsserts } from "./emit-c.js";
import { pseudoHeaderNumbers } from "./checksums.js";
import { attachFacts } from "./emit-build.js";
import { type ClassFacts, classOf } from "./emit-class.js";
import { enumStatements, isFinalEnum } from "./emit-enum.js";
import { orderStatements } from "./emit-orders.js";
import { stackStatements } from "./emit-stack.js";
import { Held } from "./held.js";
import type { EnumModel, Model, SchemaModel, SchemaRef, StructModel } from "./layout.js";
import { MARKER } from "./marker.js";
import { structsIn } from "./parts.js";
import { enumFactsName } from "./names.js";
import { packageVersion } from "./package-root.js";
import { planStack, type StackPlan } from "./stack-plan.js";
import { keyOf, NO_REUSE, type Reuse } from "./reuse.js";
import { linePieces, modulePieces, type Piece } from "./style-module.js";
import { PROTOCOLS_MODULE, RUNTIME_ABI, RUNTIME_TYPES, RUNTIME_VALUES } from "./symbols.js";
import { usedNames } from "./used-names.js";

/** How generated modules name each other. */
export interface EmitOptions {
  readonly importExtension: string;
  readonly runtimeImport: string;
  /** Library schemas that the output stands on are emitted too, instead of being imported. */
  readonly standalone: boolean;
  /** Setters refuse what breaks a rule, too. */
  readonly strict: boolean;
}

export interface EmittedFile {
  readonly path: string;
  readonly text: string;
  /** The same, formatted as far as we know how; unset for what is formatted as a whole. */
  readonly pieces?: readonly Piece[];
  /** See {@link OutputFile}. */
  readonly key?: string;
}

/** A constant of the module's own: V8 11 (Node 20) folds those, but not imported ones. */
const HOST_ORDER = "HOST_LITTLE_ENDIAN";

/** Nobody asks for the comments' syntax. */
const PARSING: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ES2022,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

type Statements = readonly (string | WriterFunction | StatementStructures)[];

/** One module a schema, then the Stack, the index and the C++ proof. */
export function emit(model: Model, options: EmitOptions, reuse: Reuse = NO_REUSE): EmittedFile[] {
  const emitter = new Emitter(options);
  const everything = planStack(model);
  const hasOwnLayer = everything?.layers.some(({ struct }) => struct.schema.origin === "own") === true;
  const plan = hasOwnLayer ? everything : undefined;
  const emitted = emittedSchemas(model, plan, options.standalone);
  const files = emitted.map((schema) => {
    const facts = classFacts(schema.header, model.attachments);
    const key = keyOf([packageVersion(), options, schema, schema.ref.file.text, facts]);
    return schemaFile(emitter, schema, facts, key, reuse);
  });
  if (plan !== undefined) files.push(emitter.stackFile(plan, reuse));
  files.push(emitter.indexFile(emitted, hasOwnLayer));
  const asserts = layoutAsserts(model, `${MARKER} ${packageVersion()}. Edit the schemas.`);
  if (asserts !== undefined) files.push({ path: "layout_asserts.h", text: asserts });
  return files;
}

function classFacts(header: StructModel | undefined, attachments: Model["attachments"]): ClassFacts {
  if (header === undefined) return NO_FACTS;
  const pseudoHeaderNumber = pseudoHeaderNumbers(header, attachments)[0];
  return { pseudoHeaderNumber, attach: attachFacts(header, attachments) };
}

/** Of a type inside a file: nothing leads to it. */
const NO_FACTS: ClassFacts = { pseudoHeaderNumber: undefined, attach: [] };

/** What stands for a header that is quoted in part comes where the header would. */
function factsOf(struct: StructModel, { header }: SchemaModel, facts: ClassFacts): ClassFacts {
  if (struct === header) return facts;
  return struct === header?.quoted ? { ...NO_FACTS, attach: facts.attach } : NO_FACTS;
}

function schemaFile(
  emitter: Emitter,
  schema: SchemaModel,
  facts: ClassFacts,
  key: string,
  reuse: Reuse,
): EmittedFile {
  const path = `${schema.ref.stem}.ts`;
  const text = reuse(path, key);
  return text === undefined ? emitter.schemaFile(schema, facts, key) : reused(path, text, key);
}

function reused(path: string, text: string, key: string): EmittedFile {
  return { path, text, pieces: [{ text }], key };
}

/** The user's schemas; standalone also those of the library that these and the Stack refer to. */
function emittedSchemas(
  model: Model,
  plan: StackPlan | undefined,
  standalone: boolean,
): readonly SchemaModel[] {
  const needed = new Set<SchemaRef>();
  const visit = (ref: SchemaRef): void => {
    if (needed.has(ref)) return;
    needed.add(ref);
    const schema = model.schemas.find((one) => one.ref === ref);
    if (schema !== undefined && standalone) neededBy(ref, classesOf(schema)).forEach((one) => visit(one.ref));
  };
  for (const { ref } of model.schemas) if (ref.origin === "own") visit(ref);
  if (standalone) for (const { struct } of plan?.layers ?? []) visit(struct.schema);
  return model.schemas.filter(({ ref }) => needed.has(ref));
}

function classesOf({ types, header }: SchemaModel): StructModel[] {
  return [...types, ...(header === undefined ? [] : [header])];
}

class Emitter {
  private readonly options: EmitOptions;
  private readonly project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces },
  });

  constructor(options: EmitOptions) {
    this.options = options;
  }

  schemaFile(schema: SchemaModel, facts: ClassFacts, key: string): EmittedFile {
    const { ref, enums } = schema;
    const classes = classesOf(schema);
    const ordered = innermostFirst(classes);
    const held = new Held();
    const enumCode = enums.flatMap((one) => enumStatements(one, held));
    const isFinal = enums.every(isFinalEnum);
    const statements: Statements = [
      ...(isFinal ? [] : enumCode),
      ...ordered.map((struct) => classOf(struct, this.options, factsOf(struct, schema, facts), held)),
      ...(schema.orders === undefined ? [] : orderStatements(schema.orders)),
    ];
    const hash = createHash("sha256").update(ref.file.text).digest("hex").slice(0, 12);
    const marker = `${MARKER} ${packageVersion()} from ${ref.name}.yaml (sha256 ${hash}). Edit the schema.`;
    const module = {
      marker,
      statements,
      held,
      final: isFinal ? enumCode : [],
      needed: neededBy(ref, classes),
    };
    return this.file(ref.stem, module, key);
  }

  stackFile(plan: StackPlan, reuse: Reuse): EmittedFile {
    const marker = `${MARKER} ${packageVersion()} from the schemas' attach graph. Edit the schemas.`;
    const needed = plan.layers.map(({ struct }) => ({ name: struct.className, ref: struct.schema }));
    const held = new Held();
    const data: unknown[] = [];
    const statements = stackStatements(plan, { data: (value) => (data.push(value), held.data(value)) });
    const imported = needed.map(({ name, ref }) => [name, ref.origin, ref.stem]);
    const key = keyOf([packageVersion(), this.options, imported, statements, data]);
    const text = reuse("stack.ts", key);
    return text === undefined
      ? this.file("stack", { marker, statements, held, final: [], needed }, key)
      : reused("stack.ts", text, key);
  }

  indexFile(own: readonly SchemaModel[], hasStack: boolean): EmittedFile {
    const marker = `${MARKER} ${packageVersion()}: everything that was generated. Edit the schemas.`;
    const lines = own.map(({ ref, header, types, enums, orders }) => {
      const defined = [
        ...(header === undefined ? [] : [header]),
        ...types,
        ...enums,
        ...(orders?.structs ?? []),
      ];
      const names = defined.map(({ className }) => className);
      const facts = enums.map((one) => enumFactsName(one.className));
      return `export { ${[...names, ...facts].sort().join(", ")} } from "./${ref.stem}${this.options.importExtension}";`;
    });
    if (hasStack) lines.push(`export { Stack } from "./stack${this.options.importExtension}";`);
    return {
      path: "index.ts",
      text: [marker, ...lines, ""].join("\n"),
      pieces: linePieces([marker, ...lines]),
    };
  }

  private file(stem: string, module: Module, key?: string): EmittedFile {
    const { marker, statements, held, final, needed } = module;
    const path = `${stem}.ts`;
    const shell = this.project.createSourceFile(path, {
      statements: statements.map((one) => (typeof one === "object" ? held.shellOf(one) : one)),
    });
    const code = held.withStatements(shell.getFullText());
    this.project.removeSourceFile(shell);
    const source = ts.createSourceFile(path, code, PARSING);
    const used = new Set([...usedNames(source), ...held.names]);
    const body = modulePieces(source).map((piece) => ({
      ...piece,
      text: held.restore(piece.text, "styled"),
    }));
    const head = [marker, ...this.head(used, path, needed), ""];
    const before = final.length === 0 ? "" : `${final.join("\n")}\n${body.length === 0 ? "" : "\n"}`;
    return {
      path,
      get text() {
        return [...head, held.restore(`${before}${code}`, "raw")].join("\n");
      },
      pieces: [...linePieces(head), { text: held.restore(before, "styled") }, ...body],
      ...(key === undefined ? {} : { key }),
    };
  }

  /** Imports what the code turned out to use, and the line that ties it to the runtime. */
  private head(used: ReadonlySet<string>, path: string, needed: readonly Needed[]): string[] {
    const imports = this.runtimeImports(used);
    const modules = new Map<string, Set<string>>();
    for (const { name, ref } of needed) {
      const module =
        ref.origin === "library" && !this.options.standalone
          ? PROTOCOLS_MODULE
          : `./${ref.stem}${this.options.importExtension}`;
      modules.set(module, (modules.get(module) ?? new Set()).add(name));
    }
    for (const [module, names] of [...modules].sort()) {
      imports.push(`import { ${[...names].sort().join(", ")} } from "${module}";`);
    }
    const generated = `const GENERATED = { abi: ${RUNTIME_ABI}, version: "${packageVersion()}", file: "${path}" };`;
    const constants = [
      ...(used.has("GENERATED") ? [generated] : []),
      ...(used.has(HOST_ORDER) ? [`const ${HOST_ORDER} = HOST;`] : []),
    ];
    return constants.length > 0 ? [...imports, "", ...constants] : imports;
  }

  private runtimeImports(used: ReadonlySet<string>): string[] {
    const values = RUNTIME_VALUES.filter((name) => used.has(name)).map((name) =>
      name === HOST_ORDER ? `${name} as HOST` : name,
    );
    const types = RUNTIME_TYPES.filter((name) => used.has(name)).map((name) => `type ${name}`);
    const names = [...values, ...types];
    return names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${this.options.runtimeImport}";`];
  }
}

/** What a file is made of. */
interface Module {
  readonly marker: string;
  /** What comes first, in its final form but for what is held. */
  readonly final: readonly string[];
  readonly statements: Statements;
  readonly held: Held;
  readonly needed: readonly Needed[];
}

/** A name that a file uses and another file defines. */
interface Needed {
  readonly name: string;
  readonly ref: SchemaRef;
}

function neededBy(ref: SchemaRef, classes: readonly StructModel[]): Needed[] {
  const enums = classes.flatMap(({ fields, list }) => [
    ...fields.flatMap((field) => field.enum ?? []),
    ...(list?.tag.enum === undefined ? [] : [list.tag.enum]),
  ]);
  const structs = classes.flatMap(structsIn);
  return [
    ...structs.map(({ className, schema }) => ({ name: className, ref: schema })),
    ...enums.map((model: EnumModel) => ({ name: enumFactsName(model.className), ref: model.schema })),
  ].filter((one) => one.ref !== ref);
}

/** A class stands after those it contains: its constructor makes them. */
function innermostFirst(structs: readonly StructModel[]): StructModel[] {
  const ordered: StructModel[] = [];
  const open = new Set<StructModel>();
  const visit = (struct: StructModel): void => {
    if (open.has(struct) || !structs.includes(struct)) return;
    open.add(struct);
    for (const inner of structsIn(struct)) visit(inner);
    ordered.push(struct);
  };
  for (const struct of structs) visit(struct);
  return ordered;
}
