import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chartOf } from "./chart.js";
import { markdownOf } from "./markdown.js";
import type { Result } from "./result.js";

/** All that one run found. */
export interface Findings {
  readonly machine: string;
  readonly results: readonly Result[];
  /** Which peers were not there. */
  readonly leftOut: readonly string[];
}

const PAGES = ["performance.md", "capture.md"];
const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));

/** Writes results.json, results.md and a chart a table to `out`, and with `docs` the tables of docs/performance.md. */
export function publish(findings: Findings, { out, docs }: { out: string; docs: boolean }): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "results.json"), `${JSON.stringify(findings, null, 1)}\n`);
  const tables = findings.results.map(markdownOf);
  writeFileSync(
    join(out, "results.md"),
    `${[findings.machine, ...findings.leftOut, ...tables].join("\n\n")}\n`,
  );
  for (const result of findings.results) writeCharts(result, out);
  if (docs) writeDocs(findings);
}

function writeCharts(result: Result, folder: string): void {
  const [column] = result.columns;
  if (column !== undefined) writeFileSync(join(folder, `${result.id}.svg`), chartOf(result, column.id));
}

/** Replaces what stands between `<!-- bench NAME -->` and `<!-- /bench -->`: the tables whose id begins with NAME. */
function writeDocs(findings: Findings): void {
  const charts = join(DOCS, "charts");
  mkdirSync(charts, { recursive: true });
  for (const page of PAGES) writePage(join(DOCS, page), findings);
  for (const result of findings.results) writeCharts(result, charts);
}

function writePage(page: string, findings: Findings): void {
  const text = readFileSync(page, "utf8").replace(
    /(<!-- bench ([\w-]+) -->\n)[^]*?(<!-- \/bench -->)/g,
    (whole, begin: string, name: string, end: string) => {
      const found = findings.results.filter(({ id }) => id.startsWith(name));
      if (name === "machine") return `${begin}${machineText(findings)}\n${end}`;
      return found.length === 0 ? whole : `${begin}\n${found.map(sectionOf).join("\n\n")}\n\n${end}`;
    },
  );
  writeFileSync(page, text);
}

function sectionOf(result: Result): string {
  return `${markdownOf(result)}\n\n![${result.title}](charts/${result.id}.svg)`;
}

function machineText({ machine, leftOut }: Findings): string {
  return [`${machine}.`, ...leftOut.map((line) => `${line}.`)].join(" ");
}
