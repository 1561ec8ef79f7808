import { commentText } from "./docs.js";
import type { FieldModel, Model, StructModel } from "./layout.js";

/** The C++ header that proves every `layout: c` struct against the kernel's own, or `undefined` without any. */
export function layoutAsserts({ schemas }: Model, marker: string): string | undefined {
  const own = schemas.filter(({ ref }) => ref.origin === "own");
  const structs = own
    .flatMap(({ header, types }) => [...(header === undefined ? [] : [header]), ...types])
    .filter(({ isC }) => isC);
  if (structs.length === 0) return undefined;
  const headers = [...new Set(structs.flatMap(({ c }) => c?.header ?? []))].sort();
  return [
    marker,
    "// Compiled into the addon: a layout that differs from the kernel's cannot be built.",
    "#pragma once",
    "",
    "#include <cstddef>",
    ...headers.map((header) => `#include <${header}>`),
    "",
    ...structs.map(structAsserts),
  ].join("\n");
}

function structAsserts(struct: StructModel): string {
  const c = `struct ${struct.c?.struct ?? struct.name}`;
  return [
    `// ${commentText(struct.schema.name)}.yaml: ${struct.name}`,
    `static_assert(sizeof(${c}) == ${struct.size}, "${struct.name}: the schema says ${struct.size} bytes");`,
    ...struct.fields.flatMap((field) => fieldAsserts(struct, field, c)),
    "",
  ].join("\n");
}

function fieldAsserts(struct: StructModel, field: FieldModel, c: string): string[] {
  const offset = field.bitOffset / 8;
  const size = field.type.bits / 8;
  const name = `${struct.name}.${field.name}`;
  return [
    `static_assert(offsetof(${c}, ${field.c}) == ${offset}, "${name}: the schema says offset ${offset}");`,
    `static_assert(sizeof(static_cast<${c}*>(nullptr)->${field.c}) == ${size}, "${name}: the schema says ${size} bytes");`,
  ];
}
