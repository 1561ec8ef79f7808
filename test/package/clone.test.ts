import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requirement } from "../support/requirement.js";
import { run, withoutCompiler, type Finished } from "./support/commands.js";
import { copyTree } from "./support/pack.js";

const isWanted = process.env["CI"] === "true" || process.env["ZC_HEAVY"] === "1";
const needsTime = requirement(
  "a minute and the npm registry",
  () => isWanted || "it installs all development packages anew",
  "ZC_HEAVY=1 npm test",
);

describe("a clone on a machine without compiler, make and python", () => {
  const folder = mkdtempSync(join(tmpdir(), "zc-clone-"));
  const tree = join(folder, "tree");
  let env: NodeJS.ProcessEnv;
  let installed: Finished;

  beforeEach(needsTime);
  beforeAll(() => {
    if (!isWanted) return;
    copyTree(tree);
    env = withoutCompiler(folder);
    installed = run(tree, "npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], env);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("installs, and says in one sentence what is missing", () => {
    const said = `${installed.stdout}\n${installed.stderr}`
      .split("\n")
      .filter((line) => line.startsWith("zc-gen: "));
    expect(installed).toMatchObject({ code: 0 });
    expect(said).toEqual([
      expect.stringMatching(
        /^zc-gen: the addon was not built, because make and .*g\+\+.* and python3 cannot be found/,
      ),
    ]);
  });

  it("decodes the bundled capture when it is started, and says why not live traffic", () => {
    const { code, stdout, stderr } = run(tree, "npm", ["start", "--", "--seconds", "2"], env);
    expect(code).toBe(0);
    expect(stderr).not.toContain("zc-gen: the addon was not built");
    expect(stdout).toMatch(/No live ring here: .*npm run build:native/);
    expect(stdout).toContain("Top talkers");
  });
});
