import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watch, type WatchOptions } from "../../generator/watch.js";
import { put, temporaryFolder } from "./support/files.js";

let cwd: string;
let ended: AbortController;
let runs: number;
let watching: Promise<void>;

beforeEach(() => {
  cwd = temporaryFolder();
  put(cwd, { "schemas/udp.yaml": "udp" });
  ended = new AbortController();
  runs = 0;
});

afterEach(async () => {
  ended.abort();
  await watching;
});

async function start(
  inputs: string[] = ["schemas"],
  run: WatchOptions["run"] = async () => {},
): Promise<void> {
  const counted: WatchOptions["run"] = (alsoWatch) => (runs++, run(alsoWatch));
  watching = watch({
    inputs,
    cwd,
    signal: ended.signal,
    run: counted,
    onError: (error) => expect.fail(String(error)),
  });
  await runsToBe(1);
}

function runsToBe(expected: number): Promise<void> {
  return vi.waitFor(() => expect(runs).toBe(expected), { timeout: 5000, interval: 10 });
}

/** Long enough for a run that should not come. */
function quietly(): Promise<void> {
  return new Promise((done) => setTimeout(done, 400));
}

describe("watch", () => {
  it("ends at once when the signal came before it began", async () => {
    ended.abort();
    watching = watch({
      inputs: ["schemas"],
      cwd,
      signal: ended.signal,
      run: async () => void runs++,
      onError: () => {},
    });
    await watching;
    expect(runs).toBe(0);
  });

  it("does not mind an input that vanishes and comes back", async () => {
    await start();
    rmSync(join(cwd, "schemas"), { recursive: true });
    await runsToBe(2);
    put(cwd, { "schemas/udp.yaml": "again" });
    await runsToBe(3);
  });

  it("runs again when a schema changes", async () => {
    await start();
    put(cwd, { "schemas/udp.yaml": "changed" });
    await runsToBe(2);
  });

  it("runs again when a schema is saved by renaming, as editors do", async () => {
    await start();
    put(cwd, { "udp.tmp": "changed" });
    renameSync(join(cwd, "udp.tmp"), join(cwd, "schemas/udp.yaml"));
    await runsToBe(2);
  });

  it("runs again when a schema comes, in a new folder too, and when it goes", async () => {
    await start();
    put(cwd, { "schemas/tcp.yml": "tcp" });
    await runsToBe(2);
    put(cwd, { "schemas/deep/er/icmp.yaml": "icmp" });
    await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(3), { timeout: 5000 });
    await quietly();
    const before = runs;
    rmSync(join(cwd, "schemas/tcp.yml"));
    await runsToBe(before + 1);
  });

  it("runs once for many changes at a time", async () => {
    await start();
    for (let index = 0; index < 50; index++) put(cwd, { [`schemas/s${index}.yaml`]: "new" });
    await runsToBe(2);
    await quietly();
    expect(runs).toBe(2);
  });

  it("takes no notice of files that are no schemas, nor of node_modules", async () => {
    mkdirSync(join(cwd, "schemas/node_modules"));
    await start();
    put(cwd, {
      "schemas/readme.md": "text",
      "schemas/node_modules/a.yaml": "not ours",
      "out.yaml": "elsewhere",
    });
    await quietly();
    expect(runs).toBe(1);
  });

  it("watches a file that is named itself, whatever it is called", async () => {
    put(cwd, { "layout.txt": "udp" });
    await start(["layout.txt"]);
    put(cwd, { "layout.txt": "changed" });
    await runsToBe(2);
  });

  it("watches what a run has read elsewhere, in a package too", async () => {
    put(cwd, { "other/imported.yaml": "a", "node_modules/acme/packed.yaml": "b" });
    const paths = ["other/imported.yaml", "node_modules/acme/packed.yaml"].map((path) => join(cwd, path));
    await start(["schemas"], async (alsoWatch) => alsoWatch(paths));
    await quietly();
    put(cwd, { "other/imported.yaml": "changed" });
    await runsToBe(2);
    put(cwd, { "node_modules/acme/packed.yaml": "changed" });
    await runsToBe(3);
  });

  it("never runs twice at a time, and misses no change that comes during a run", async () => {
    let active = 0;
    let most = 0;
    await start(["schemas"], async () => {
      most = Math.max(most, ++active);
      await new Promise((done) => setTimeout(done, 200));
      active--;
    });
    for (const text of ["a", "b", "c"]) {
      put(cwd, { "schemas/udp.yaml": text });
      await new Promise((done) => setTimeout(done, 110));
    }
    await vi.waitFor(() => expect(active).toBe(0), { timeout: 5000 });
    await quietly();
    expect(most).toBe(1);
    expect(runs).toBeGreaterThanOrEqual(2);
  });

  it("lets a run that is under way finish before it ends", async () => {
    let finished = false;
    await start(["schemas"], async () => {
      await new Promise((done) => setTimeout(done, 100));
      finished = true;
    });
    ended.abort();
    await watching;
    expect(finished).toBe(true);
  });
});
