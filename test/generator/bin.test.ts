import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Bin, type Started } from "./support/bin.js";
import { put, temporaryFolder, tree } from "./support/files.js";

const SENSOR = `zc: 1
name: sensor
doc: A reading of a sensor.
source: our own
endian: big
bit_order: msb
fields:
  kind: u8
  value: u16
`;

let bin: Bin;
let cwd: string;
let started: Started | undefined;

beforeAll(async () => {
  bin = await Bin.build();
});

afterAll(() => bin.remove());

beforeEach(() => {
  cwd = temporaryFolder();
  put(cwd, { "schemas/sensor.yaml": SENSOR });
});

afterEach(async () => {
  await started?.end("SIGKILL");
  started = undefined;
});

describe("the process", { timeout: 60_000 }, () => {
  it("exits with 2 on wrong usage, without a stack", () => {
    const { code, stderr } = bin.run(["schemas/", "--wacth"], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean --watch?");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("exits with 1 on a broken schema, without a stack, colour or output", () => {
    put(cwd, { "schemas/broken.yaml": SENSOR.replace("u16", "u61 = [") });
    const { code, stdout, stderr } = bin.run(["schemas/"], cwd);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^schemas\/broken\.yaml:\d+:\d+: error\[/);
    expect(stderr).not.toMatch(/^\s+at |\u001b/m);
    expect(Object.keys(tree(cwd))).not.toContain("generated/index.ts");
  });

  it("colours with FORCE_COLOR", () => {
    put(cwd, { "schemas/broken.yaml": "zc: 1\n" });
    expect(bin.run(["schemas/"], cwd, { FORCE_COLOR: "1" }).stderr).toContain("\u001b[31m");
  });

  it("generates, and says so in one line", () => {
    const { code, stdout, stderr } = bin.run(["schemas/"], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^zc-gen: 1 class from 1 schema in \d+\.\d\d s -> generated\/ \(\d+ written\)\n$/);
    expect(Object.keys(tree(join(cwd, "generated")))).toEqual(
      expect.arrayContaining(["index.ts", "sensor.ts"]),
    );
  });

  it("loads neither ts-morph nor prettier when nothing changed", () => {
    put(cwd, { "spy.cjs": SPY });
    const spied = { NODE_OPTIONS: `--require ${join(cwd, "spy.cjs")}` };
    expect(bin.run(["schemas/"], cwd, spied).stderr).toContain("loaded ts-morph");
    const { stdout, stderr } = bin.run(["schemas/"], cwd, spied);
    expect(stdout).toContain("inputs unchanged");
    expect(stderr).toBe("");
  });

  it("makes the same bytes from any folder, and --check agrees", () => {
    bin.run(["schemas/"], cwd);
    const other = join(temporaryFolder(), "with blank, 'quote' and ü");
    put(other, { "in/sensor.yaml": SENSOR });
    expect(bin.run([join(other, "in"), "--out", join(other, "gen")], "/").code).toBe(0);
    expect(tree(join(other, "gen"))).toEqual(tree(join(cwd, "generated")));
    expect(bin.run(["in", "--out", "gen", "--check"], other).code).toBe(0);
  });

  it("finds stale output", () => {
    bin.run(["schemas/"], cwd);
    put(cwd, { "schemas/sensor.yaml": SENSOR.replace("value", "reading") });
    const { code, stderr } = bin.run(["schemas/", "--check"], cwd);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^generated\/sensor\.ts:\d+: differs.*\n- .*\n\+ .*\nzc-gen: 1 of \d+ files .* run: npx zc-gen schemas\/\n$/,
    );
  });

  it("makes standalone JavaScript that runs without the package", async () => {
    put(cwd, { "package.json": '{ "type": "module" }' });
    expect(bin.run(["schemas/", "--standalone", "--target", "js"], cwd).code).toBe(0);
    const { Sensor } = (await import(pathToFileURL(join(cwd, "generated/index.js")).href)) as {
      Sensor: SensorClass;
    };
    const sensor = new Sensor(new DataView(Uint8Array.of(7, 1, 2).buffer));
    expect(sensor.wrap(0, 3)).toBe(0);
    expect([sensor.kind, sensor.value]).toEqual([7, 0x102]);
  });

  it("comes to a whole output when several run at once", async () => {
    const runs = Array.from({ length: 3 }, () => bin.start(["schemas/"], cwd).end());
    for (const { code } of await Promise.all(runs)) expect(code).toBe(0);
    expect(bin.run(["schemas/", "--check"], cwd).code).toBe(0);
    expect(Object.keys(tree(join(cwd, "generated"))).filter((path) => path.includes("tmp"))).toEqual([]);
  });

  it("is silent when the reader of its output has gone", async () => {
    started = bin.start(["--help"], cwd);
    started.child.stdout?.destroy();
    expect(await started.end()).toMatchObject({ code: 0, stderr: "" });
  });

  it("says in one sentence which package is missing when optional ones were left out", () => {
    const bare = temporaryFolder();
    cpSync(dirname(bin.path("bin.js")), join(bare, "dist/generator"), { recursive: true });
    writeFileSync(join(bare, "package.json"), '{ "name": "zc-gen", "type": "module", "version": "1.2.3" }');
    const { code, stdout, stderr } = bin.runFile(join(bare, "dist/generator/bin.js"), ["schemas/"], cwd);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^zc-gen: the package "[\w-]+" is not installed.*--include=optional.*\n$/);
  });
});

/** Tells on exit whether ts-morph was loaded. */
const SPY = `process.on("exit", () => {
  const paths = Object.keys(require.cache);
  if (paths.some((path) => /node_modules.(ts-morph|typescript|prettier)/.test(path))) console.error("loaded ts-morph");
});`;

interface SensorClass {
  new (view: DataView): {
    wrap(offset: number, end: number): number;
    readonly kind: number;
    readonly value: number;
  };
}

describe("--watch", { timeout: 60_000 }, () => {
  it("goes on after a broken schema, sees new and removed ones, and ends with 0 on Ctrl-C", async () => {
    started = bin.start(["schemas/", "--watch"], cwd);
    await says("stdout", "zc-gen: watching schemas/; Ctrl-C ends it");
    put(cwd, { "schemas/sensor.yaml": "zc: [" });
    await says("stderr", "nothing was written");
    mkdirSync(join(cwd, "schemas/more"));
    put(cwd, { "schemas/sensor.yaml": SENSOR.replace("value", "reading") });
    await says("stdout", "(1 written)");
    put(cwd, { "schemas/more/actor.yaml": SENSOR.replace("sensor", "actor") });
    await says("stdout", "2 classes from 2 schemas");
    const { code, signal, stderr } = await started.end("SIGINT");
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stderr).not.toContain("internal error");
  });

  it("begins with a broken schema too", async () => {
    put(cwd, { "schemas/sensor.yaml": "zc: [" });
    started = bin.start(["schemas/", "--watch"], cwd);
    await says("stdout", "zc-gen: watching");
    put(cwd, { "schemas/sensor.yaml": SENSOR });
    await says("stdout", "1 class from 1 schema");
    expect((await started.end("SIGTERM")).code).toBe(0);
  });

  it("prints one array a line under --format json", async () => {
    started = bin.start(["schemas/", "--watch", "--format", "json"], cwd);
    await says("stdout", "[]\n");
    put(cwd, { "schemas/sensor.yaml": "zc: [" });
    await says("stdout", "]\n[{");
    const { stdout } = await started.end("SIGINT");
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as unknown[]).length > 0)).toEqual([false, true]);
  });

  it("ends at once with 2 when the folder is missing", () => {
    expect(bin.run(["nowhere/", "--watch"], cwd)).toMatchObject({ code: 2, stdout: "" });
  });
});

function says(stream: "stdout" | "stderr", text: string): Promise<void> {
  return vi.waitFor(() => expect(started?.[stream]).toContain(text), { timeout: 20_000, interval: 20 });
}
