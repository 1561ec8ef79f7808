// `node dist/generator/keep-bundled.js`, a step of a build: keeps the bundled schemas as every run needs them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { KEPT_NODES, textKey, toKept } from "./bundled-nodes.js";
import { Diagnostics } from "./diagnostics.js";
import { ownSchemas } from "./inputs.js";
import { load } from "./load.js";
import { packageRoot } from "./package-root.js";
import { validate } from "./validate.js";

// A schema that is not sound is not kept: the run that meets it says what is wrong.
const entries = ownSchemas([join(packageRoot(), "schemas")], packageRoot()).flatMap((file) => {
  const diagnostics = new Diagnostics();
  const loaded = load(file, diagnostics);
  const isSound = loaded !== undefined && validate(loaded, diagnostics) && diagnostics.sorted().length === 0;
  return isSound ? [[textKey(file.text), toKept(loaded.root)]] : [];
});
writeFileSync(KEPT_NODES, gzipSync(JSON.stringify(Object.fromEntries(entries))));
