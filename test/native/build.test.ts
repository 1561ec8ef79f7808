import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { requirement } from "../support/requirement.js";

const file = (path: string): string => fileURLToPath(new URL(`../../native/${path}`, import.meta.url));
const ADDON = file("build/Release/zc_gen.node");

const needsBuilt = requirement(
  "the addon's build",
  () => existsSync(ADDON) || "it is not built",
  "npm run build:native",
);
const needsReadelf = requirement(
  "readelf (binutils)",
  () => spawnSync("readelf", ["--version"], { stdio: "ignore" }).status === 0 || "it cannot be run",
  "apt-get install binutils",
);

function runScript(
  script: string,
  args: string[],
  env?: NodeJS.ProcessEnv,
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [file(script), ...args], {
    encoding: "utf8",
    ...(env === undefined ? {} : { env }),
  });
}

describe("native/build.mjs without a compiler", () => {
  it("says in one line what is missing, and succeeds", () => {
    const { status, stdout, stderr } = runScript("build.mjs", [], { PATH: "/nonexistent" });
    expect(status).toBe(0);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    for (const word of process.platform === "linux" ? ["g++", "make", "python3", "MockRing"] : ["Linux"]) {
      expect(stderr).toContain(word);
    }
  });

  it("fails with --require", () => {
    expect(runScript("build.mjs", ["--require"], { PATH: "/nonexistent" }).status).toBe(1);
  });
});

describe("native/check-symbols.mjs", () => {
  it("accepts the addon: it loads on glibc 2.28", (context) => {
    needsBuilt(context);
    needsReadelf(context);
    const { status, stdout, stderr } = runScript("check-symbols.mjs", [ADDON]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^GLIBC 2\.\d+ \(limit 2\.28\)$/m);
  });

  it("refuses a binary that needs more", (context) => {
    needsBuilt(context);
    needsReadelf(context);
    const { status, stderr } = runScript("check-symbols.mjs", [ADDON, "GLIBC=2.9"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs GLIBC_2\.\d+; the limit is 2\.9/);
  });
});
