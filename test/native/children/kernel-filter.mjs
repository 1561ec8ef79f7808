// Filters run by the kernel: which of the frames in a file come through each of the expressions in it.
import { readFileSync } from "node:fs";
import { filter } from "zc-gen/filter";
import { Stack } from "zc-gen/protocols";
import { RxRing } from "zc-gen/ring";
import { loopbackSender, report, sleep } from "./support.mjs";

const { frames, expressions } = JSON.parse(readFileSync(process.env.ZC_FILTER_SCENE, "utf8"));
const sender = loopbackSender();
const bytes = frames.map((hex) => Uint8Array.from(Buffer.from(hex, "hex")));

/** What comes through: bytes and tag of each packet, and whether a test of it holds. */
async function through(chosen, wanted) {
  const ring = RxRing.open({
    interface: "lo",
    blockTimeoutMs: 1,
    ...(chosen === undefined ? {} : { filter: chosen }),
  });
  const stack = ring.bind(Stack);
  const tests = wanted.map((one) => one.on(stack));
  sender.send(bytes);
  const closing = sleep(8).then(() => ring.close());
  const packets = [];
  for await (const block of ring) {
    for (const packet of block) {
      const key = `${Buffer.from(packet.copy()).toString("hex")} ${packet.hasVlan ? packet.vlanTci : ""}`;
      packets.push({ key, matches: tests.map((test) => test(packet)) });
    }
  }
  await closing;
  return packets;
}

const wanted = expressions.map((text) => filter(text));
const all = await through(undefined, wanted);
const results = [];
for (const [i, one] of wanted.entries()) {
  const passed = new Set((await through(one, [])).map(({ key }) => key));
  const { isExact, instructions } = one.program();
  const lost = all.filter(({ key, matches }) => matches[i] && !passed.has(key)).length;
  const matched = all.filter(({ matches }) => matches[i]).length;
  const needless = all.filter(({ key, matches }) => !matches[i] && passed.has(key)).length;
  results.push({ text: one.text, isExact, size: instructions.length, lost, matched, needless });
}
const live = RxRing.open({ interface: "lo", blockTimeoutMs: 1 });
const sequence = live.setFilter(filter("udp.port == 53"), 64);
await live.close();
report({
  received: all.length,
  tagged: all.filter(({ key }) => !key.endsWith(" ")).length,
  sequence,
  results,
});
