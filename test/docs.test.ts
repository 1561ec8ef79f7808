import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { compile } from "../generator/compile.js";

const DOCS = new URL("../docs/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "zc-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every complete schema in the Markdown of docs/: a yaml block that begins with `zc: 1`. */
const SCHEMAS = readdirSync(DOCS)
  // The examples of that page are refused on purpose, and tested by test/generator/errors.test.ts.
  .filter((name) => name.endsWith(".md") && name !== "diagnostics.md")
  .flatMap((page) =>
    [...readFileSync(join(DOCS, page), "utf8").matchAll(/```yaml\n(zc: 1\n[\s\S]*?)```/g)].map(
      ([, text]) => ({
        page,
        name: /^name: (\w+)/m.exec(text ?? "")?.[1] ?? "",
        text: text ?? "",
      }),
    ),
  );

it("finds the examples", () => {
  expect(SCHEMAS.map(({ name }) => name)).toContain("sensor_reading");
});

it.each(SCHEMAS)("the schema $name in docs/$page compiles", async ({ name, text }) => {
  const input = join(folder, name);
  mkdirSync(input);
  writeFileSync(join(input, `${name}.yaml`), text);
  const { diagnostics, files } = await compile({ inputs: [input] });
  expect(diagnostics).toEqual([]);
  expect(files.length).toBeGreaterThan(1);
});

it("all of them compile together, with a Stack that knows them", async () => {
  const { diagnostics, files } = await compile({ inputs: [folder] });
  expect(diagnostics).toEqual([]);
  expect(files.find(({ path }) => path === "stack.ts")?.text).toContain("enterSensorReading");
});
