import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Tests run from the sources, under the names that users import.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^zc-gen$/, replacement: source("runtime/index.ts") },
      { find: /^zc-gen\/protocols$/, replacement: source("generated/index.ts") },
      { find: /^zc-gen\/ring$/, replacement: source("native/index.ts") },
      { find: /^zc-gen\/generator$/, replacement: source("generator/index.ts") },
    ],
  },
  test: { include: ["test/**/*.test.ts"] },
});
