import { spawnSync } from "node:child_process";
import { requirement } from "../../support/requirement.js";

/** Skips where there is no tcpdump to compare with. */
export const needsTcpdump = requirement(
  "tcpdump",
  () => spawnSync("tcpdump", ["--version"]).status === 0 || "it does not start",
  "apt-get install tcpdump",
);
