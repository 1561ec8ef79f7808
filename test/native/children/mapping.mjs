// Flags of a ring's mapping; and whether a child process that outlives the ring keeps its socket.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { RxRing, setInterfaceUp } from "zc-gen/ring";
import { report } from "./support.mjs";

setInterfaceUp("lo");
const ring = RxRing.open({ interface: "lo" });
const smaps = readFileSync("/proc/self/smaps", "utf8");
const flags =
  /VmFlags: (.*)/
    .exec(smaps.slice(smaps.indexOf("socket:")))?.[1]
    ?.trim()
    .split(" ") ?? [];
const child = spawn("sleep", ["5"]);
await ring.close();
const sockets = readFileSync("/proc/net/packet", "utf8").trim().split("\n").length - 1;
child.kill();
report({ flags, sockets });
