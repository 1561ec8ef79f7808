import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { runOk } from "./support/commands.js";
import { megabytes, needsTarball } from "./support/project.js";

const CHECK_SYMBOLS = fileURLToPath(new URL("../../native/check-symbols.mjs", import.meta.url));

describe("the packed package", () => {
  let folder: string;
  let files: string[];

  beforeEach(needsTarball);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "zc-tarball-"));
    if (inject("tarball") === "") return;
    const listed = runOk(folder, "tar", ["-xzvf", inject("tarball")])
      .trim()
      .split("\n");
    files = listed.map((path) => path.replace(/^package\//, ""));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has what users need", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "schema.json",
        "docs/diagnostics.md",
        "schemas/transport/udp.yaml",
        "runtime/header.ts",
        "native/prebuilds/linux-x64/zc-gen.glibc.node",
        ...["runtime", "generated", "native", "files", "generator"].flatMap((part) => [
          `dist/${part}/index.js`,
          `dist/${part}/index.d.ts`,
        ]),
        ...["runtime", "native", "files"].map((part) => `dist/${part}/index.js.map`),
      ]),
    );
  });

  it("has nothing else", () => {
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/diagnostics\.md|schema\.json|schemas\/.+\.yaml|runtime\/[\w-]+\.ts|native\/prebuilds\/[\w-]+\/[\w.-]+\.node|dist\/generator\/bundled-nodes\.json\.gz|dist\/(runtime|generated|native|files|filter|decode|capture|generator)\/[\w-]+\.(js|d\.ts)|dist\/(runtime|native|files)\/[\w-]+\.js\.map)$/;
    expect(files.filter((path) => !expected.test(path))).toEqual([]);
  });

  it("has the output of no source that is gone", () => {
    const sources = new URL("../../", import.meta.url);
    const built = files.filter((path) => /^dist\/.*\.js$/.test(path));
    const hasSource = (path: string): boolean =>
      ["ts", "js"].some((ending) => {
        const source = new URL(path.replace(/^dist\/(.*)\.js$/, `$1.${ending}`), sources);
        return statSync(source, { throwIfNoEntry: false }) !== undefined;
      });
    expect(built.filter((path) => !hasSource(path))).toEqual([]);
  });

  it("names no source map that it has not", () => {
    const scripts = files.filter((path) => path.endsWith(".js"));
    const named = scripts.flatMap((path) => {
      const text = readFileSync(join(folder, "package", path), "utf8");
      const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(text)?.[1];
      return map === undefined ? [] : [join(dirname(path), map)];
    });
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  it("runs nothing when it is installed", () => {
    const { scripts } = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    expect(files).not.toContain("binding.gyp");
  });

  it("has nothing that publint minds", async () => {
    const { messages, pkg } = await publint({ pkgDir: join(folder, "package"), strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  it("has an addon that runs with glibc 2.28", () => {
    const addon = join(folder, "package/native/prebuilds/linux-x64/zc-gen.glibc.node");
    expect(runOk(folder, process.execPath, [CHECK_SYMBOLS, addon])).toContain("GLIBC ");
  });

  it("is small", () => {
    const { size } = statSync(inject("tarball"));
    console.log(`the tarball: ${megabytes(size)}, ${files.length} files`);
    expect(size).toBeLessThan(1.4e6);
  });
});
