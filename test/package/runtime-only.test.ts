import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { megabytes, needsTarball, Project } from "./support/project.js";

describe("the package without its optional dependencies", () => {
  const project = new Project();

  beforeEach(needsTarball);
  beforeAll(() => {
    if (inject("tarball") !== "") project.install("--omit=optional");
  });
  afterAll(() => project.remove());

  it("brings one small package along", () => {
    const installed = readdirSync(join(project.folder, "node_modules")).filter(
      (name) => !name.startsWith("."),
    );
    const bytes = project.installedBytes();
    console.log(`installed for a runtime-only user: ${megabytes(bytes)} (${installed.join(", ")})`);
    expect(installed).toEqual(["node-gyp-build", "zc-gen"]);
    expect(bytes).toBeLessThan(6e6);
  });

  it("decodes, and fills a ring", () => {
    const script = `import { Fault } from "zc-gen";
      import { Stack, Udp } from "zc-gen/protocols";
      import { MockRing } from "zc-gen/ring";
      const ring = MockRing.create({});
      const stack = ring.bind(Stack);
      ring.push(new Uint8Array(4));
      ring.flush();
      for (const packet of ring.tryNext()) console.log(stack.decode(packet) !== 0, stack.has(Udp), Fault.TRUNCATED > 0);`;
    expect(project.node(script)).toBe("true false true");
  });

  it("says in one sentence what the generator is missing", () => {
    project.write("my-schemas/empty.yaml", "zc: 1\n");
    const { code, stdout, stderr } = project.run("npx", ["--no-install", "zc-gen", "my-schemas"]);
    const said = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("npm "));
    expect({ code, stdout, said }).toEqual({
      code: 2,
      stdout: "",
      said: [expect.stringMatching(/^zc-gen: the package "[\w-]+" is not installed, .*--include=optional/)],
    });
  });

  it("rejects an import of zc-gen/generator by the missing package's name", () => {
    const script = `await import("zc-gen/generator").catch((error) => console.log(error.code, error.message))`;
    expect(project.node(script)).toMatch(/^ERR_MODULE_NOT_FOUND Cannot find package '[\w-]+'/);
  });
});
