import { readFileSync } from "node:fs";

const PAGE = readFileSync(new URL("../../../docs/filters.md", import.meta.url), "utf8");

/** The rows of the table below a heading of docs/filters.md, each cell's code. */
export function tableBelow(heading: string): string[][] {
  const [, section = ""] = PAGE.split(new RegExp(`^## ${heading}$`, "m"));
  const [own = ""] = section.split(/^## /m);
  const lines = own.match(/^\| `.*\|$/gm) ?? [];
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => /^\s*`(.*)`\s*$/.exec(cell)?.[1]?.replaceAll("\\|", "|") ?? cell.trim()),
  );
}
