import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { structsOf } from "../../generator/command-layout.js";
import type { Model, SchemaModel } from "../../generator/layout.js";
import { readModel } from "../../generator/read-model.js";
import { referencePage } from "../../generator/reference-page.js";

// The pages of docs/protocols/, one a bundled protocol, and their index. `npm run pages` renews them.
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = `${ROOT}docs/protocols/`;
const FOLDERS = ["link", "internet", "transport", "tunnel", "application"];

const model = await readModel(["schemas"], ROOT);
const protocols = model.schemas.filter(
  ({ ref, header }) => header !== undefined && folderOf(ref) !== undefined,
);

function folderOf({ file }: SchemaModel["ref"]): string | undefined {
  return FOLDERS.find((folder) => file.path.includes(`schemas/${folder}/`));
}

function indexPage({ attachments }: Model): string {
  const sections = FOLDERS.map((folder) => {
    const rows = protocols
      .filter(({ ref }) => folderOf(ref) === folder)
      .map(({ ref, header }) => {
        const parents = attachments.filter(({ child }) => child !== undefined && child === header);
        const after = [...new Set(parents.map(({ parent }) => parent?.name ?? "a capture"))].join(", ");
        const source = header?.source ?? "";
        return `| [${ref.name}](${ref.name}.md) | ${header?.doc ?? ""} | ${source} | ${after} | ${header?.fields.length ?? 0} |`;
      });
    const head = "| protocol | what it is | source | follows | fields |\n| --- | --- | --- | --- | --- |";
    return `## ${folder}\n\n${[head, ...rows].join("\n")}\n`;
  });
  const title =
    "# Protocols\n\nWhat `zc-gen/protocols` decodes. Each page is written by `npm run pages` from the schema.\n";
  return [title, ...sections].join("\n");
}

describe("the reference pages", () => {
  it.each(protocols.map((schema) => [schema.ref.name, schema] as const))(
    "have %s as its schema is",
    async (name, schema) => {
      await expect(referencePage(schema, structsOf(schema), model)).toMatchFileSnapshot(`${PAGES}${name}.md`);
    },
  );

  it("have an index", async () => {
    await expect(indexPage(model)).toMatchFileSnapshot(`${PAGES}README.md`);
  });

  it("are of protocols that there are", () => {
    const names = ["README.md", ...protocols.map(({ ref }) => `${ref.name}.md`)];
    expect(readdirSync(PAGES).sort()).toEqual(names.sort());
  });
});
