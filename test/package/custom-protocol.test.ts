import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, inject, it } from "vitest";
import { requirement, type Requirement } from "../support/requirement.js";
import { runOk } from "./support/commands.js";
import { needsTarball, Project } from "./support/project.js";

const TUTORIAL = fileURLToPath(new URL("../../examples/custom-protocol/", import.meta.url));
const README = readFileSync(join(TUTORIAL, "README.md"), "utf8");
const FILES = { yaml: "my-schemas/sensor_reading.yaml", ts: "main.ts", json: "tsconfig.json" } as const;

/** The way into a network namespace that works here: the tutorial's, or root's where user namespaces do not. */
const UNSHARE: string | undefined = ["unshare -rn", "unshare -n"].find(
  (command) => spawnSync("sh", ["-c", `${command} true`]).status === 0,
);

const needsNamespace: Requirement = requirement(
  "a network namespace of its own",
  () => UNSHARE !== undefined || "neither `unshare -rn` nor `unshare -n` works",
  "run the tests as root, or allow unprivileged user namespaces",
);

/** The contents of the README's code blocks in one language. */
function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(
    (match) => match[1] as string,
  );
}

/** The tutorial's commands, but with the package that was packed here. */
function commands(): string[] {
  const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));
  return lines.map((line) =>
    line
      .replace("npm install zc-gen", `npm install --prefer-offline --no-audit --no-fund ${inject("tarball")}`)
      .replace("unshare -rn", UNSHARE ?? "unshare -rn"),
  );
}

/** Where in the ring's memory a packet lay is different each time. */
const withoutOffsets = (text: string): string => text.replace(/ at \d+ /g, " at N ");

describe("the tutorial", () => {
  it.each(Object.entries(FILES))("shows its %s file as it is", (language, path) => {
    expect(blocks(language)).toEqual([readFileSync(join(TUTORIAL, path), "utf8")]);
  });

  it("has the commands that matter", () => {
    const lines = blocks("sh").join("");
    for (const command of [
      "npm install zc-gen\n",
      "npx zc-gen my-schemas --out gen\n",
      "node dist/main.js\n",
    ]) {
      expect(lines).toContain(command);
    }
  });
});

describe("following the tutorial in an empty folder", () => {
  const project = new Project();
  afterAll(() => project.remove());
  beforeEach(needsTarball);
  beforeEach(needsNamespace);

  it("ends with the tutorial's own output, from a real ring", () => {
    rmSync(join(project.folder, "package.json")); // the tutorial makes its own
    for (const path of Object.values(FILES)) {
      cpSync(join(TUTORIAL, path), join(project.folder, path), { recursive: true });
    }
    const outputs = commands().map((command) => runOk(project.folder, "sh", ["-ec", command]));
    expect(outputs.join("")).toMatch(/1 class from 1 schema/);
    expect(withoutOffsets(outputs.at(-1) as string)).toBe(withoutOffsets(blocks("text").join("")));
  });

  it("leaves a Stack that takes what we have from the package", () => {
    const stack = readFileSync(join(project.folder, "gen/stack.ts"), "utf8");
    expect(stack).toMatch(/import \{[^}]*\bUdp\b[^}]*\} from "zc-gen\/protocols";/);
    expect(stack).toContain('import { SensorReading } from "./sensor-reading.js";');
  });
});
