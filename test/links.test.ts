import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SKIPPED = new Set(["node_modules", "dist", "build", "golden", ".git"]);

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pagesBelow(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** Links to files of the project; what stands in code is none. */
function linksOf(page: string): string[] {
  const text = readFileSync(page, "utf8").replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, link]) => link ?? "")
    .filter((link) => !/^\w+:/.test(link));
}

describe("the links of", () => {
  it.each(pagesBelow(ROOT).map((page) => [relative(ROOT, page), page] as const))(
    "%s lead somewhere",
    (_, page) => {
      expect(linksOf(page).filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
    },
  );
});
