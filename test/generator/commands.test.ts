import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { diagnosticEntries } from "../../generator/diagnostic-table.js";
import { Bin, type Finished } from "./support/bin.js";

// The commands as users have them. `npx vitest run test/generator/commands.test.ts --update` renews layouts/.
const LAYOUTS = fileURLToPath(new URL("layouts", import.meta.url));
const GOLDENS = fileURLToPath(new URL("../golden", import.meta.url));
const SCHEMAS = fileURLToPath(new URL("../../schemas", import.meta.url));

let bin: Bin;
let cwd: string;
const made: string[] = [];

beforeAll(async () => {
  bin = await Bin.build();
});
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "zc-commands-"));
  made.push(cwd);
});
afterAll(() => {
  bin.remove();
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function run(line: string): Finished {
  return bin.run(line.split(" "), cwd);
}

function write(path: string, text: string): void {
  mkdirSync(join(cwd, path, ".."), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const SCHEMA = "zc: 1\nname: probe\nendian: big\nfields:\n  a: u8\n";

describe("every command", () => {
  it.each(["explain", "layout", "fmt", "diff", "init"])(
    "%s explains itself, and refuses what it does not know",
    (name) => {
      const help = run(`${name} --help`);
      expect([help.code, help.stderr]).toEqual([0, ""]);
      expect(help.stdout).toContain(`Usage: zc-gen ${name}`);
      expect(run("--help").stdout).toContain(name);
      const wrong = run(`${name} --wrong`);
      expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
      expect(wrong.stderr).toContain("--wrong");
      expect(wrong.stderr).not.toContain("    at ");
    },
  );

  it.each([
    "layout nowhere.yaml",
    "fmt nowhere",
    "diff nowhere elsewhere",
    "explain ZC9999",
    "layout nothing",
  ])("zc-gen %s is told in a sentence", (line) => {
    const { code, stdout, stderr } = run(line);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^zc-gen: .+\n$/);
  });

  it.each(["layout bad.yaml", "fmt bad.yaml", "diff bad.yaml bad.yaml"])(
    "zc-gen %s tells what is wrong in it",
    (line) => {
      write("bad.yaml", "zc: 1\nname: bad\nname: bad\n");
      const { code, stderr } = run(line);
      expect(code).toBe(1);
      expect(stderr).toContain("bad.yaml:3:1: error[ZC1010]");
    },
  );

  it("leaves a folder of the same name to be reached by its path", () => {
    write("layout/probe.yaml", SCHEMA);
    expect(run("./layout --out gen").code).toBe(0);
    expect(existsSync(join(cwd, "gen/probe.ts"))).toBe(true);
  });
});

describe("zc-gen explain", () => {
  it("prints the paragraph, the example and its twin", () => {
    const { stdout } = run("explain zc2001");
    for (const part of ["ZC2001: ", "checksum: u61q", "error[ZC2001]", "Accepted:", "checksum: u16"]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain("```");
  });

  it("has something to say of every number, and lists them", () => {
    const list = run("explain").stdout;
    for (const { code, title } of diagnosticEntries()) expect(list).toContain(`${code}  ${title}`);
  });
});

describe("zc-gen layout", () => {
  it.each([
    ["ipv4.txt", "ipv4 --type ipv4"],
    ["tcp.txt", "tcp --type tcp"],
    ["ipv6.svg", "ipv6 --svg"],
    ["udp.md", "udp --markdown"],
    ["tpacket_block_desc.txt", "tpacket_block_desc"],
    ["pcap_header.txt", "pcap_header"],
    ["ip_protocol.md", "ip_protocol --markdown"],
    ["bits.txt", `${GOLDENS}/bits.yaml`],
    ["variable.txt", `${GOLDENS}/variable.yaml`],
    ["variable.md", `${GOLDENS}/variable.yaml --markdown`],
  ])("draws %s", async (file, line) => {
    const { code, stdout, stderr } = run(`layout ${line}`);
    expect([code, stderr]).toEqual([0, ""]);
    await expect(stdout).toMatchFileSnapshot(join(LAYOUTS, file));
  });

  it("finds a schema of one's own by its name, and one type of it", () => {
    write("my/probe.yaml", `${SCHEMA}types: { point: { fields: { x: u16 } } }\n`);
    expect(run("layout probe --schemas my").stdout).toContain("point");
    const { stdout } = run("layout probe --schemas my --type point");
    expect(stdout).toMatch(/^point\n/);
    expect(run("layout probe --schemas my --type nothing").stderr).toContain("it has probe, point");
  });

  it("keeps a schema's text out of the picture's markup", () => {
    write("probe.yaml", `${SCHEMA}  x: { type: u64, when: a < 3, doc: "<script>" }\n`);
    const { stdout } = run("layout probe.yaml --svg");
    expect(stdout).toContain("only if a &lt; 3");
    expect(run("layout probe.yaml --markdown").stdout).not.toContain("<script>");
  });
});

describe("zc-gen fmt", () => {
  it("formats, names what changed, and is then content", () => {
    write("my/probe.yaml", SCHEMA.replace("  a: u8", "    a:   u8   # what"));
    const check = run("fmt my --check");
    expect([check.code, check.stdout]).toEqual([1, "my/probe.yaml\n"]);
    expect(check.stderr).toContain("npx zc-gen fmt my");
    expect(run("fmt my")).toMatchObject({ code: 0, stdout: "my/probe.yaml\n" });
    expect(readFileSync(join(cwd, "my/probe.yaml"), "utf8")).toContain("\n  a: u8 # what\n");
    expect(run("fmt my --check")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("leaves every file as it is when one is broken", () => {
    write("my/a.yaml", "zc:   1\nname: a\n");
    write("my/b.yaml", "zc: [\n");
    expect(run("fmt my").code).toBe(1);
    expect(readFileSync(join(cwd, "my/a.yaml"), "utf8")).toBe("zc:   1\nname: a\n");
  });
});

describe("zc-gen diff", () => {
  beforeEach(() => {
    write("old/probe.yaml", `${SCHEMA}  b: u8\n`);
    write("new/probe.yaml", `${SCHEMA}  c: u8\n`);
  });

  it("tells what breaks, with its place, and ends accordingly", () => {
    const { code, stdout } = run("diff old new");
    expect(stdout).toBe(
      "api         new/probe.yaml:6:3: probe.c: was named b\n" +
        "zc-gen: breaking the wire: 0, the API: 1; compatible: 0\n",
    );
    expect(code).toBe(1);
    expect(run("diff old new --fail-on wire").code).toBe(0);
    expect(run("diff old old")).toMatchObject({ code: 0, stdout: "zc-gen: no change\n" });
    write("new/probe.yaml", SCHEMA);
    expect(run("diff old new --fail-on wire").code).toBe(1);
    expect(run("diff old new --fail-on never").code).toBe(0);
    expect(run("diff old/probe.yaml new/probe.yaml").stdout).toContain("probe.b: is gone");
  });

  it("tells it to programs", () => {
    expect(JSON.parse(run("diff old new --format json").stdout)).toEqual([
      {
        level: "api",
        subject: "probe.c",
        message: "was named b",
        file: "new/probe.yaml",
        line: 6,
        column: 3,
      },
    ]);
  });

  it("compares two versions of bundled schemas", () => {
    cpSync(SCHEMAS, join(cwd, "ours"), { recursive: true });
    expect(run(`diff ours ${SCHEMAS}`)).toMatchObject({ code: 0, stdout: "zc-gen: no change\n" });
  });
});

describe("zc-gen init", () => {
  it("makes a project whose scripts pass", () => {
    expect(run("init").code).toBe(0);
    const { scripts } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(run(String(scripts["schemas"]).replace("zc-gen ", "")).code).toBe(0);
    for (const part of String(scripts["schemas:check"]).split(" && ")) {
      expect(run(part.replace("zc-gen ", "")).code).toBe(0);
    }
    expect(readFileSync(join(cwd, "gen/stack.ts"), "utf8")).toContain("Reading");
    expect(readFileSync(join(cwd, ".gitattributes"), "utf8")).toContain("gen/**");
  });

  it("never overwrites", () => {
    write("my-schemas/reading.yaml", "mine\n");
    write(".gitattributes", "*.png binary");
    write("package.json", '{\n\t"name": "x",\n\t"scripts": { "schemas": "mine" }\n}\n');
    expect(run("init").stdout).toContain("kept     my-schemas/reading.yaml");
    expect(readFileSync(join(cwd, "my-schemas/reading.yaml"), "utf8")).toBe("mine\n");
    expect(readFileSync(join(cwd, ".gitattributes"), "utf8")).toMatch(/^\*\.png binary\ngen\/\*\* /);
    const json = readFileSync(join(cwd, "package.json"), "utf8");
    expect(json).toContain('\t\t"schemas": "mine"');
    expect(json).toContain('"schemas:check"');
    const before = [json, readFileSync(join(cwd, ".gitattributes"), "utf8")];
    run("init");
    expect([
      readFileSync(join(cwd, "package.json"), "utf8"),
      readFileSync(join(cwd, ".gitattributes"), "utf8"),
    ]).toEqual(before);
  });

  it("writes nothing when package.json cannot be read", () => {
    write("package.json", "{ nothing");
    expect(run("init").code).toBe(2);
    expect(existsSync(join(cwd, "my-schemas"))).toBe(false);
  });
});
