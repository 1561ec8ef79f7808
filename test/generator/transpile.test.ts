import { describe, expect, it } from "vitest";
import { MARKER } from "../../generator/marker.js";
import { transpileFiles } from "../../generator/transpile.js";

const UDP = `${MARKER} 0.1.0 from udp.yaml
// Changes here are lost.
import type { DefinedLayout } from "zc-gen";

/** User datagrams. */
export class Udp {
  static readonly LAYOUT: DefinedLayout = {} as DefinedLayout;
  /** Octets. */
  get length(): number {
    return 8;
  }
}

export const Port = { dns: 53 } as const;
export type Port = (typeof Port)[keyof typeof Port];
`;

async function transpile(text: string): Promise<Record<string, string>> {
  const files = await transpileFiles([{ path: "udp.ts", text }]);
  return Object.fromEntries(files.map((file) => [file.path, file.text]));
}

describe("transpileFiles", () => {
  it("refuses text that is no TypeScript, as a bug of ours", async () => {
    await expect(transpile(`${MARKER}\nexport const = 3;\n`)).rejects.toThrow("udp.ts does not transpile");
  });

  it("refuses an export whose type would have to be inferred, as a bug of ours", async () => {
    await expect(transpile(`${MARKER}\nexport const a = Math.max(1);\n`)).rejects.toThrow(
      "udp.ts does not transpile",
    );
  });

  it("makes a module and its declarations of each TypeScript file", async () => {
    const files = await transpile(UDP);
    expect(Object.keys(files)).toEqual(["udp.d.ts", "udp.js"]);
    expect(files["udp.js"]).not.toContain("DefinedLayout");
    expect(files["udp.d.ts"]).toContain("get length(): number;");
  });

  it("makes a module that runs", async () => {
    const code = (await transpile(UDP))["udp.js"] ?? "";
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      Port: { dns: number };
    };
    expect(module.Port.dns).toBe(53);
  });

  it("keeps the marker first in both, even where TypeScript drops the comment with an import", async () => {
    for (const text of Object.values(await transpile(UDP))) {
      expect(text.startsWith(`${MARKER} 0.1.0 from udp.yaml\n`)).toBe(true);
    }
    const dropped = await transpile(
      `${MARKER} 1\nimport type { A } from "./a.js";\nexport const a: number = 1;\n`,
    );
    for (const text of Object.values(dropped)) expect(text.split("\n")[0]).toBe(`${MARKER} 1`);
  });

  it("keeps the docs in both", async () => {
    for (const text of Object.values(await transpile(UDP))) expect(text).toContain("/** Octets. */");
  });

  it("indents as the TypeScript output does", async () => {
    expect((await transpile(UDP))["udp.d.ts"]).toMatch(/^ {2}static readonly LAYOUT/m);
    expect((await transpile(UDP))["udp.js"]).toMatch(/^ {2}get length\(\)/m);
  });

  it("leaves other files alone, and sorts by path", async () => {
    const header = { path: "layout_asserts.h", text: `${MARKER}\n` };
    const files = await transpileFiles([{ path: "z.ts", text: `${MARKER}\nexport {};\n` }, header]);
    expect(files.map(({ path }) => path)).toEqual(["layout_asserts.h", "z.d.ts", "z.js"]);
    expect(files[0]).toBe(header);
  });

  it("makes the same bytes twice", async () => {
    expect(await transpile(UDP)).toEqual(await transpile(UDP));
  });
});
