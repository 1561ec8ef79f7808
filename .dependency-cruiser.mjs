// Which part may know which; ARCHITECTURE.md draws it. test/import-direction.test.ts holds it, and plants violations.
const PARTS =
  "^(runtime|generated|native|files|filter|decode|capture|generator|schemas|examples|bench|test)/";
const BUILT = "^dist/";
/** What the public names resolve to. */
const ENTRIES = "^dist/(runtime|generated|native|files|filter|generator)/index\\.js$";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "runtime-knows-nothing",
      comment: "The runtime runs in a browser: none of our other parts, no package, no Node built-in.",
      severity: "error",
      from: { path: "^runtime/" },
      to: { pathNot: "^runtime/" },
    },
    {
      name: "generated-knows-the-runtime",
      comment: "Generated code imports its siblings and the public name zc-gen, as a user's own output does.",
      severity: "error",
      from: { path: "^generated/" },
      to: { pathNot: "^(generated/|dist/runtime/index\\.js$|zc-gen$)" },
    },
    {
      name: "generator-alone",
      comment:
        "The generator imports none of the other parts: it spells the runtime's names in symbols.ts. Its bin.ts starts decode/ and capture/.",
      severity: "error",
      from: { path: "^generator/" },
      to: {
        path: [PARTS, BUILT, "^zc-gen"],
        pathNot: ["^generator/", "^(decode|capture)/(filter-)?command\\.ts$"],
      },
    },
    {
      name: "native-knows-two-entries",
      comment: "native/ walks blocks with generated accessors and reads both parts by their entries.",
      severity: "error",
      from: { path: "^native/" },
      to: {
        path: [PARTS, BUILT, "^zc-gen"],
        pathNot: ["^native/", "^generated/index\\.ts$", "^runtime/index\\.ts$"],
      },
    },
    {
      name: "files-share-with-rings",
      comment:
        "files/ reads both parts by their entries, and shares of native/ what has nothing to do with rings.",
      severity: "error",
      from: { path: "^files/" },
      to: {
        path: [PARTS, BUILT, "^zc-gen"],
        pathNot: [
          "^files/",
          "^generated/index\\.ts$",
          "^runtime/index\\.ts$",
          "^native/(binding|block-iterator|ring-shape|selection|turn-budget)\\.ts$",
        ],
      },
    },
    {
      name: "filters-know-two-entries",
      comment:
        "filter/ runs in a browser too: it knows the generated layers and the runtime by their entries.",
      severity: "error",
      from: { path: "^filter/" },
      to: {
        path: [PARTS, BUILT, "^zc-gen", "^node:"],
        pathNot: ["^filter/", "^generated/index\\.ts$", "^runtime/index\\.ts$"],
      },
    },
    {
      name: "commands-know-entries",
      comment: "The commands stand on what users have: the parts by their entries.",
      severity: "error",
      from: { path: "^(decode|capture)/" },
      to: {
        path: [PARTS, BUILT, "^zc-gen"],
        pathNot: ["^(decode|capture)/", "^(runtime|generated|native|files|filter|generator)/index\\.ts$"],
      },
    },
    {
      name: "browsers-read-files",
      comment: "files/browser.ts needs nothing of Node.",
      severity: "error",
      from: { path: "^files/browser\\.ts$" },
      to: { path: "^(node:|native/binding)", reachable: true },
    },
    {
      name: "binding-loads-the-addon",
      comment: "native/binding.ts alone can require the addon.",
      severity: "error",
      from: { path: "^(native|files)/.*\\.ts$", pathNot: "^native/binding\\.ts$" },
      to: { path: ["^(node:)?module$", "node-gyp-build"] },
    },
    {
      name: "ts-morph-in-the-emitter",
      comment:
        "What loads ts-morph, the emitter, with what it prunes imports by, the parser of expressions and the transpiler.",
      severity: "error",
      from: {
        path: "^generator/",
        pathNot: "^generator/(ts-morph|emit[\\w-]*|style[\\w-]*|used-names|expression|transpile)\\.ts$",
      },
      to: { path: "ts-morph|node_modules/typescript" },
    },
    {
      name: "examples-use-public-names",
      comment: "An example can be copied into a project as it is.",
      severity: "error",
      from: { path: "^examples/" },
      to: { path: [PARTS, BUILT], pathNot: ["^examples/", ENTRIES] },
    },
    {
      name: "nothing-shipped-needs-tests",
      comment: "Tests and benchmarks know the parts, never the other way round.",
      severity: "error",
      from: { path: "^(runtime|generated|native|files|filter|decode|capture|generator|examples)/" },
      to: { path: "^(dist/)?(test|bench)/" },
    },
    {
      name: "no-cycles-of-values",
      comment: "Value imports form a tree; types may refer to each other.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^dist/"] },
    exclude: { path: ["^native/build/", "^native/prebuilds/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] },
  },
};
