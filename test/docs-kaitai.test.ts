import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Header, HeaderClass } from "zc-gen";
import { runFiles } from "./generator/support/modules.js";
import { emitTexts } from "./generator/support/schemas.js";

const PAGE = readFileSync(new URL("../docs/for-kaitai-users.md", import.meta.url), "utf8");

/** Each schema of the page with the bytes below it, and what they read as. */
const EXAMPLES = [
  ...PAGE.matchAll(/^## (.*)\n[\s\S]*?```yaml\n(zc: 1\n[\s\S]*?)```\n\n```json\n([\s\S]*?)```/gm),
].map(([, title = "", schema = "", example = "{}"]) => ({
  title,
  schema,
  ...(JSON.parse(example) as { bytes: string; reads: object }),
}));

/** The class of the header; where the bytes tell their order, the one that they choose. */
function classFor(schema: string, view: DataView): HeaderClass {
  const exported = Object.assign({}, ...Object.values(runFiles(emitTexts(schema)))) as Record<
    string,
    unknown
  >;
  const name = /^name: kt_(\w+)$/m.exec(schema)?.[1] ?? "";
  const className = `Kt${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const found = exported[className] as HeaderClass &
    Partial<Record<"orderOf", (...place: unknown[]) => string>>;
  const order = found.orderOf?.(view, 0, view.byteLength) ?? "";
  return (exported[`${className}${order.charAt(0).toUpperCase()}${order.slice(1)}`] ?? found) as HeaderClass;
}

describe("the page for users of Kaitai Struct", () => {
  it("has a pair for each construct", () => {
    expect(EXAMPLES.length).toBe(PAGE.match(/```ksy/g)?.length);
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(10);
  });

  it.each(EXAMPLES)("$title: reads what it says", ({ schema, bytes, reads }) => {
    const view = new DataView(Uint8Array.from(Buffer.from(bytes.replaceAll(" ", ""), "hex")).buffer);
    const header: Header = new (classFor(schema, view))(view).wrapOrThrow(0, view.byteLength);
    expect(header.toJSON()).toEqual(reads);
  });
});
