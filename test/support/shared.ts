import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requirement, type Requirement } from "./requirement.js";

/** What stands beside the repository; ZC_SHARED names another folder. */
const SHARED = process.env["ZC_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));

/** Capture files of other projects. */
export const PCAPS: string = `${SHARED}/pcaps`;

/** Some of these files, by their paths below the folder. */
export function needsPcaps(...names: readonly string[]): Requirement {
  const wanted = (names.length === 0 ? [""] : names).map((name) => `${PCAPS}/${name}`);
  return requirement(
    "captures of other projects",
    () => wanted.every((path) => existsSync(path)) || `${wanted.join(", ")} is not there`,
    "point ZC_SHARED at a folder with pcaps/PcapPlusPlus (github.com/seladb/PcapPlusPlus, Tests/Pcap++Test/PcapExamples)",
  );
}
