// `zc-gen capture`, `interfaces` and `doctor`, with traffic, output gathered.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCapture } from "../../../dist/capture/command.js";
import { frame, loopbackSender, report, sleep } from "./support.mjs";

const sender = loopbackSender();

async function run(command, args, during = async () => {}) {
  const output = { stdout: "", stderr: "" };
  const stream = (name) => ({ isTTY: true, write: (text) => (output[name] += text) });
  const ended = new AbortController();
  const running = runCapture(command, args, {
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    signal: ended.signal,
  });
  await during(ended);
  return { code: await running, ...output };
}

const traffic = async (ended) => {
  await sleep(20);
  sender.send([frame(64, 1), frame(200, 2)], 3);
  await sleep(30);
  ended.abort();
};
const file = join(mkdtempSync(join(tmpdir(), "zc-filter-")), "filter");
writeFileSync(file, "4\n40 0 0 12\n21 0 1 34998\n6 0 0 65535\n6 0 0 0\n");

report({
  fields: await run("capture", ["-i", "lo", "-q", "-F", "length,ethernet.ether_type,ipv4.src"], traffic),
  json: await run(
    "capture",
    ["-i", "lo", "--json", "-q", "-c", "4", "-F", "length", "-s", "60"],
    async () => {
      await sleep(20);
      sender.send(frame(64), 6);
    },
  ),
  live: await run("capture", ["-i", "lo", "-d", "0.7"], async () => void sender.send(frame(), 5)),
  filtered: await run("capture", ["-i", "lo", "--json", "-f", file], traffic),
  chosen: await run(
    "capture",
    ["-i", "lo", "-F", "length", "-f", "captured_length > 100 && !vlan && !ipv4[1]"],
    traffic,
  ),
  wrongFilter: await run("capture", ["-i", "lo", "-f", "upd.port == 1"]),
  noField: await run("capture", ["-i", "lo", "-F", "ipv4.nope"]),
  noInterface: await run("capture", []),
  notThere: await run("capture", ["-i", "nope0"]),
  badNumber: await run("capture", ["-i", "lo", "-c", "many"]),
  help: await run("capture", ["--help"]),
  interfaces: await run("interfaces", []),
  interfacesJson: await run("interfaces", ["--json"]),
  doctor: await run("doctor", []),
  doctorJson: await run("doctor", ["--json", "-i", "nope0"]),
});
process.exit(0);
