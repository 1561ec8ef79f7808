import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { requirement } from "../support/requirement.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UNSHARE = ["unshare -rn", "unshare -n"].find(
  (command) => spawnSync("sh", ["-c", `${command} ip link set lo up`]).status === 0,
);
const needsNamespace = requirement(
  "a network namespace of its own",
  () => UNSHARE !== undefined || "neither `unshare -rn` nor `unshare -n` works",
  "run the tests as root, or allow unprivileged user namespaces",
);

describe("examples/tcp-framing", () => {
  describe("on a real socket", () => {
    beforeEach(needsNamespace);

    it("finds each message once, however the segments cut them, and cuts off who breaks the protocol", () => {
      const command = `ip link set lo up && exec ${process.execPath} dist/examples/tcp-framing/main.js`;
      const { stdout, stderr } = spawnSync("sh", ["-c", `${UNSHARE} sh -c '${command}'`], {
        cwd: ROOT,
        encoding: "utf8",
        timeout: 30_000,
      });
      const all = ["sensor 7: 21, -3 °C", "sensor 8: 1013 hPa", "sensor 9:  "];
      expect(stderr).toBe("");
      expect(stdout.trimEnd().split("\n")).toEqual([
        ...all,
        "end of stream",
        ...all,
        "end of stream",
        ...all.slice(0, 2),
        "refused: the stream ended inside a message: telemetry needs at least 9 bytes, but only 8 came",
        "refused: a message is too long: telemetry needs at least 21536 bytes, and 1024 are allowed",
        "refused: a message is too long: telemetry needs at least 65535 bytes, and 1024 are allowed",
      ]);
    });
  });
});
