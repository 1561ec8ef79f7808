import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Tests run from the sources, under the names that users import. What measures time (rings) or uses the whole machine
// (packing, installing) runs after the rest.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^zc-gen$/, replacement: source("runtime/index.ts") },
      { find: /^zc-gen\/protocols$/, replacement: source("generated/index.ts") },
      { find: /^zc-gen\/ring$/, replacement: source("native/index.ts") },
      { find: /^zc-gen\/files$/, replacement: source("files/index.ts") },
      { find: /^zc-gen\/filter$/, replacement: source("filter/index.ts") },
      { find: /^zc-gen\/generator$/, replacement: source("generator/index.ts") },
    ],
  },
  test: {
    // A slow machine is no failing test: these only end what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: ["test/native/**", "test/examples/**", "test/bench/**", "test/package/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "rings",
          include: ["test/{native,examples,bench}/**/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          globalSetup: ["test/package/support/pack.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
