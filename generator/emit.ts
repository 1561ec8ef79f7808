// The one module where ts-morph builds files. Fifth pass: the model as TypeScript, not yet formatted.
import { createHash } from "node:crypto";
import { IndentationText, Project, type StatementStructures, type WriterFunction } from "ts-morph";
import { layoutAsserts } from "./emit-c.js";
import { classOf } from "./emit-class.js";
import { enumStatements } from "./emit-enum.js";
import { enumFactsName } from "./emit-layout.js";
import { stackStatements } from "./emit-stack.js";
import type { EnumModel, Model, SchemaModel, SchemaRef, StructModel } from "./layout.js";
import { MARKER } from "./marker.js";
import { packageVersion } from "./package-root.js";
import { planStack, type StackPlan } from "./stack-plan.js";
import { namesIn, PROTOCOLS_MODULE, RUNTIME_ABI, RUNTIME_TYPES, RUNTIME_VALUES } from "./symbols.js";

/** How generated modules name each other. */
export interface EmitOptions {
  readonly importExtension: string;
  readonly runtimeImport: string;
}

export interface EmittedFile {
  readonly path: string;
  readonly text: string;
}

type Statements = readonly (string | WriterFunction | StatementStructures)[];

/** One module a schema, then the Stack, the index and the C++ proof. Library schemas are imported, not emitted. */
export function emit(model: Model, options: EmitOptions): EmittedFile[] {
  const emitter = new Emitter(options);
  const own = model.schemas.filter(({ ref }) => ref.origin === "own");
  const files = own.map((schema) => emitter.schemaFile(schema));
  const plan = planStack(model);
  const hasOwnLayer = plan?.layers.some(({ struct }) => struct.schema.origin === "own") === true;
  if (plan !== undefined && hasOwnLayer) files.push(emitter.stackFile(plan));
  files.push(emitter.indexFile(own, hasOwnLayer));
  const asserts = layoutAsserts(model, `${MARKER} ${packageVersion()}. Edit the schemas.`);
  if (asserts !== undefined) files.push({ path: "layout_asserts.h", text: asserts });
  return files;
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

  schemaFile({ ref, header, types, enums }: SchemaModel): EmittedFile {
    const classes = [...types, ...(header === undefined ? [] : [header])];
    const ordered = innermostFirst(classes);
    const statements: Statements = [...enums.flatMap(enumStatements), ...ordered.map(classOf)];
    const hash = createHash("sha256").update(ref.file.text).digest("hex").slice(0, 12);
    const marker = `${MARKER} ${packageVersion()} from ${ref.name}.yaml (sha256 ${hash}). Edit the schema.`;
    return this.file(ref.stem, marker, statements, neededBy(ref, classes));
  }

  stackFile(plan: StackPlan): EmittedFile {
    const marker = `${MARKER} ${packageVersion()} from the schemas' attach graph. Edit the schemas.`;
    const needed = plan.layers.map(({ struct }) => ({ name: struct.className, ref: struct.schema }));
    return this.file("stack", marker, stackStatements(plan), needed);
  }

  indexFile(own: readonly SchemaModel[], hasStack: boolean): EmittedFile {
    const marker = `${MARKER} ${packageVersion()}: everything that was generated. Edit the schemas.`;
    const lines = own.map(({ ref, header, types, enums }) => {
      const names = [...(header === undefined ? [] : [header]), ...types, ...enums].map(
        ({ className }) => className,
      );
      const facts = enums.map(enumFactsName);
      return `export { ${[...names, ...facts].sort().join(", ")} } from "./${ref.stem}${this.options.importExtension}";`;
    });
    if (hasStack) lines.push(`export { Stack } from "./stack${this.options.importExtension}";`);
    return { path: "index.ts", text: [marker, ...lines, ""].join("\n") };
  }

  private file(stem: string, marker: string, statements: Statements, needed: readonly Needed[]): EmittedFile {
    const path = `${stem}.ts`;
    const source = this.project.createSourceFile(path, { statements: [...statements] });
    const code = source.getFullText();
    this.project.removeSourceFile(source);
    return { path, text: [marker, ...this.head(code, path, needed), "", code].join("\n") };
  }

  /** Imports what the code turned out to use, and the line that ties it to the runtime. */
  private head(code: string, path: string, needed: readonly Needed[]): string[] {
    const imports = this.runtimeImports(code);
    const modules = new Map<string, Set<string>>();
    for (const { name, ref } of needed) {
      const module =
        ref.origin === "library" ? PROTOCOLS_MODULE : `./${ref.stem}${this.options.importExtension}`;
      modules.set(module, (modules.get(module) ?? new Set()).add(name));
    }
    for (const [module, names] of [...modules].sort()) {
      imports.push(`import { ${[...names].sort().join(", ")} } from "${module}";`);
    }
    const generated = `const GENERATED = { abi: ${RUNTIME_ABI}, version: "${packageVersion()}", file: "${path}" };`;
    return code.includes("GENERATED") ? [...imports, "", generated] : imports;
  }

  private runtimeImports(code: string): string[] {
    const values = namesIn(RUNTIME_VALUES, code);
    const types = namesIn(RUNTIME_TYPES, code).map((name) => `type ${name}`);
    const names = [...values, ...types];
    return names.length === 0 ? [] : [`import { ${names.join(", ")} } from "${this.options.runtimeImport}";`];
  }
}

/** A name that a file uses and another file defines. */
interface Needed {
  readonly name: string;
  readonly ref: SchemaRef;
}

function neededBy(ref: SchemaRef, classes: readonly StructModel[]): Needed[] {
  const enums = classes.flatMap(({ fields }) => fields.flatMap((field) => field.enum ?? []));
  const structs = classes.flatMap(({ fields }) => fields.flatMap((field) => structIn(field.type) ?? []));
  return [
    ...structs.map(({ className, schema }) => ({ name: className, ref: schema })),
    ...enums.map((model: EnumModel) => ({ name: enumFactsName(model), ref: model.schema })),
  ].filter((one) => one.ref !== ref);
}

function structIn(type: StructModel["fields"][number]["type"]): StructModel | undefined {
  if (type.kind === "struct") return type.struct;
  return type.kind === "array" ? structIn(type.element) : undefined;
}

/** A class stands after those it contains: its constructor makes them. */
function innermostFirst(structs: readonly StructModel[]): StructModel[] {
  const ordered: StructModel[] = [];
  const visit = (struct: StructModel): void => {
    if (ordered.includes(struct) || !structs.includes(struct)) return;
    for (const { type } of struct.fields) {
      const inner = structIn(type);
      if (inner !== undefined) visit(inner);
    }
    ordered.push(struct);
  };
  for (const struct of structs) visit(struct);
  return ordered;
}
