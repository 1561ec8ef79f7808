import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { structsOf } from "../../generator/command-layout.js";
import type { Model, SchemaModel } from "../../generator/layout.js";
import { readModel } from "../../generator/read-model.js";
import { referencePage } from "../../generator/reference-page.js";
import { PEER_ROWS } from "./support/peer-coverage.js";

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
    "# Protocols\n\nWhat `zc-gen/protocols` decodes. Each page is written by `npm run pages` from the schema. [Beside other decoders](coverage.md).\n";
  return [title, ...sections].join("\n");
}

function coveragePage(): string {
  const names = protocols.map(({ ref }) => ref.name);
  const link = (name: string): string => `[${name}](${name}.md)`;
  const rows = PEER_ROWS.map(({ title, ours, gopacket, scapy, pcapPlusPlus }) =>
    ["", title, ours.map(link).join(", "), gopacket, scapy, pcapPlusPlus, ""].join(" | ").trim(),
  );
  const head = "| what | zc-gen | gopacket | scapy | PcapPlusPlus |\n| --- | --- | --- | --- | --- |";
  const count = (of: (row: (typeof PEER_ROWS)[number]) => unknown): number => PEER_ROWS.filter((one) => Boolean(of(one))).length; // prettier-ignore
  const text =
    `# What others read\n\n${names.length} headers of ours in ${count((one) => one.ours.length)} rows, beside the layers that gopacket ` +
    `(${count((one) => one.gopacket)} of these rows), scapy (${count((one) => one.scapy)}) and PcapPlusPlus (${count((one) => one.pcapPlusPlus)}) ` +
    "register for the same, by their names. A name says that there is something, not how much of it is read. Rows at the end are " +
    "what others read and we do not, among much more: scapy alone has over a hundred modules.\n";
  return `${text}\n${[head, ...rows].join("\n")}\n`;
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

  it("have a table beside other decoders, in which each of ours stands once", async () => {
    const named = PEER_ROWS.flatMap(({ ours }) => ours);
    expect([...named].sort()).toEqual(protocols.map(({ ref }) => ref.name).sort());
    await expect(coveragePage()).toMatchFileSnapshot(`${PAGES}coverage.md`);
  });

  it("are of protocols that there are", () => {
    const names = ["README.md", "coverage.md", ...protocols.map(({ ref }) => `${ref.name}.md`)];
    expect(readdirSync(PAGES).sort()).toEqual(names.sort());
  });
});
