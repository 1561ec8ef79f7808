import { beforeEach, describe, expect, it } from "vitest";
import { type CliHost, main } from "../../generator/cli.js";
import { generateWith } from "../../generator/generate.js";
import { FakeCompiler } from "./support/fake-compiler.js";
import { put, temporaryFolder, tree } from "./support/files.js";

let cwd: string;
let compiler: FakeCompiler;

beforeEach(() => {
  cwd = temporaryFolder();
  compiler = new FakeCompiler();
  put(cwd, { "in.yaml": "udp\ntcp\n" });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(line: string, more: Partial<CliHost> = {}): Promise<Said> {
  const said = { stdout: "", stderr: "" };
  const host: CliHost = {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    env: {},
    cwd,
    signal: new AbortController().signal,
    generate: (options) => generateWith(compiler, options),
    ...more,
  };
  const code = await main(line.split(" ").filter(Boolean), host);
  return { code, ...said };
}

function failingWith(error: unknown): Partial<CliHost> {
  return { generate: () => Promise.reject(error) };
}

describe("wrong usage", () => {
  it.each([
    ["", "missing required argument 'inputs'"],
    ["in.yaml --chekc", "Did you mean --check?"],
    ["in.yaml --out", "argument missing"],
    ["in.yaml --out=", "A path cannot be empty"],
    ["in.yaml --target rust", "Allowed choices are ts, js"],
    ["in.yaml --import-extension js", "Allowed choices are .js, .ts, none"],
    ["in.yaml --format xml", "Allowed choices are text, json"],
    ["in.yaml --check --watch", "cannot be used with option '--watch'"],
    ["nowhere/", "zc-gen: cannot read nowhere/: no such file or folder (ENOENT)"],
    ["in.yaml --target js --import-extension none", "leave out --import-extension none"],
    ["nowhere/ --watch", "cannot read nowhere/"],
  ])("exits with 2 on %j", async (line, expected) => {
    const { code, stdout, stderr } = await run(line);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
    expect(stdout).toBe("");
    expect(Object.keys(tree(cwd))).toEqual(["in.yaml"]);
  });

  it("exits with 2 rather than overwrite a file of the user's", async () => {
    put(cwd, { "generated/udp.ts": "// mine\n" });
    const { code, stderr } = await run("in.yaml");
    expect(code).toBe(2);
    expect(stderr).toContain("was not written by zc-gen");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("exits with 2 on a system error, in words", async () => {
    const error = Object.assign(new Error("EMFILE: too many"), {
      code: "EMFILE",
      syscall: "open",
      path: "a.yaml",
    });
    expect(await run("in.yaml", failingWith(error))).toMatchObject({
      code: 2,
      stderr: "zc-gen: cannot open a.yaml: too many open files (EMFILE)\n",
    });
  });

  it("names an optional package that is not installed, and the remedy", async () => {
    const message = "Cannot find package 'ts-morph' imported from /x/compile.js";
    const error = Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
    const { code, stderr } = await run("in.yaml", failingWith(error));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^zc-gen: the package "ts-morph" is not installed.*--include=optional.*\n$/);
  });
});

describe("help and version", () => {
  it("explains options, examples and exit codes", async () => {
    const { code, stdout, stderr } = await run("--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const word of ["--out <dir>", "--standalone", "Examples:", "Exit codes:", "70 "]) {
      expect(stdout).toContain(word);
    }
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(82);
  });

  it("prints the version alone", async () => {
    expect(await run("--version")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
    });
  });
});

describe("a good run", () => {
  it("says how many classes came from how many schemas, in what time, and what changed", async () => {
    const { code, stdout, stderr } = await run("in.yaml --out gen/");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^zc-gen: 2 classes from 1 schema in \d+\.\d\d s -> gen\/ \(2 written\)\n$/);
  });

  it("says what it removed", async () => {
    await run("in.yaml");
    put(cwd, { "in.yaml": "udp\nip\n" });
    expect((await run("in.yaml")).stdout).toContain("-> generated/ (1 written, 1 removed)");
  });

  it("says that there was nothing to do", async () => {
    await run("in.yaml");
    expect((await run("in.yaml")).stdout).toContain("(inputs unchanged, nothing to do)");
  });

  it("says nothing under --quiet", async () => {
    expect(await run("in.yaml --quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("passes its options on", async () => {
    await run("in.yaml --import-extension none --standalone --strict");
    expect(compiler.lastOptions).toMatchObject({
      importExtension: "",
      standalone: true,
      strict: true,
      inputs: ["in.yaml"],
      cwd,
    });
  });
});

describe("broken schemas", () => {
  beforeEach(() => put(cwd, { "in.yaml": "udp\nbroken\nbroken\n" }));

  it("exit with 1 and are told on stderr, with a count", async () => {
    const { code, stdout, stderr } = await run("in.yaml");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      "in.yaml:2:1: error[broken]: this line is broken\n    2 | broken\n      | ^^^^^^\n",
    );
    expect(stderr).toContain("zc-gen: 2 errors in 1 file; nothing was written\n");
  });

  it("are an array on stdout under --format json", async () => {
    const { code, stdout, stderr } = await run("in.yaml --format json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const place = { file: "in.yaml", line: 2, column: 1, endLine: 2, endColumn: 7 };
    const error = { ...place, severity: "error", code: "broken", message: "this line is broken", notes: [] };
    expect(JSON.parse(stdout)).toEqual([error, { ...error, line: 3, endLine: 3 }]);
  });

  it("are told under --quiet too", async () => {
    expect((await run("in.yaml --quiet")).stderr).toContain("error[broken]");
  });

  it("are coloured on a terminal, and not with NO_COLOR", async () => {
    let text = "";
    const stderr = { isTTY: true, write: (more: string) => (text += more) };
    await run("in.yaml", { stderr });
    expect(text).toContain("\u001b[31m");
    text = "";
    await run("in.yaml", { stderr, env: { NO_COLOR: "1" } });
    expect(text).not.toContain("\u001b");
  });
});

describe("--format json", () => {
  it("gives an empty array for a good run, and the summary on stderr", async () => {
    const { stdout, stderr } = await run("in.yaml --format json");
    expect(JSON.parse(stdout)).toEqual([]);
    expect(stderr).toContain("2 classes");
  });

  it("gives stale files as errors", async () => {
    const { code, stdout } = await run("in.yaml --check --format json");
    expect(code).toBe(1);
    const stale = { file: "generated/udp.ts", line: 1, severity: "error", code: "stale-missing" };
    expect(JSON.parse(stdout)).toMatchObject([{ file: "generated/tcp.ts" }, stale]);
  });
});

describe("--check", () => {
  it("exits with 0 when all is up to date", async () => {
    await run("in.yaml");
    const { code, stdout, stderr } = await run("in.yaml --check");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^zc-gen: 2 classes from 1 schema in .* s = generated\/ \(2 files up to date\)\n$/,
    );
  });

  it("exits with 1 and shows the first line that differs, how many files do, and the remedy", async () => {
    await run("in.yaml --out gen");
    put(cwd, { "gen/udp.ts": "// @generated by zc-gen\nexport const udp = 1;\n" });
    const { code, stderr } = await run("in.yaml --out gen --check");
    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      "gen/udp.ts:2: differs from what the schemas give",
      "- export const udp = 1;",
      '+ export const udp: string = "udp";',
      "zc-gen: 1 of 2 files in gen/ out of date; run: npx zc-gen in.yaml --out gen",
      "",
    ]);
  });

  it("spells the remedy so that a shell understands it", async () => {
    put(cwd, { "it's.yaml": "udp\n" });
    const { stderr } = await run("it's.yaml --check --target js --standalone");
    expect(stderr).toContain(`npx zc-gen 'it'\\''s.yaml' --target js --standalone\n`);
  });
});

describe("a bug of ours", () => {
  const bug = new Error("boom");

  it("exits with 70, says that it is one, and shows no stack", async () => {
    const { code, stderr } = await run("in.yaml", failingWith(bug));
    expect(code).toBe(70);
    expect(stderr).toContain(
      "zc-gen: internal error: boom\nThis is a bug in zc-gen, not in your schemas; please report",
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("shows the stack with ZC_GEN_DEBUG=1", async () => {
    expect((await run("in.yaml", { ...failingWith(bug), env: { ZC_GEN_DEBUG: "1" } })).stderr).toMatch(
      /^\s+at /m,
    );
  });

  it("is told even when what was thrown is no error", async () => {
    expect(await run("in.yaml", failingWith("a string"))).toMatchObject({ code: 70 });
  });
});
