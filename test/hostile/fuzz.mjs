// `npm run fuzz -- SECONDS SEED`: bytes for the generated classes, changed at random and kept where they reach code that
// none before did, as V8's coverage tells. What is kept stands in corpus.txt, a class and bytes a line; a run begins with
// it. `SECONDS` 0 only runs it; with a third argument `dry` nothing is written.
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import * as protocols from "../../dist/generated/index.js";
import { Header, List } from "../../dist/runtime/index.js";
import { Chance, randomNumbers } from "../oracle/packets/bytes.mjs";

const CORPUS = fileURLToPath(new URL("corpus.txt", import.meta.url));
const MOST_BYTES = 300;
const BATCH = 400;

const [seconds = "60", seed = String(Date.now() % 2 ** 31), dry] = process.argv.slice(2);
const chance = new Chance(randomNumbers(Number(seed)));
const classes = Object.entries(protocols).filter(
  ([, value]) =>
    typeof value === "function" && (value.prototype instanceof Header || value.prototype instanceof List),
);
const byName = new Map(classes);
const session = new Session();
session.connect();
const seen = new Set();
const kept = [];

function post(method, parameters) {
  let result;
  session.post(method, parameters, (error, value) => {
    if (error) throw new Error(error.message);
    result = value;
  });
  return result;
}

/** All there is to ask of a class on bytes that end where its view does: a read outside throws. */
function tryOne({ name, bytes }) {
  const Class = byName.get(name);
  const one = new Class(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  try {
    if (one instanceof List) walk(one.over(0, bytes.length), bytes.length);
    else look(one, bytes.length);
  } catch (error) {
    console.error(`seed ${seed}: ${name} ${Buffer.from(bytes).toString("hex")}`);
    throw error;
  }
}

function look(header, length) {
  const fault = header.wrap(0, length);
  if (fault !== 0) return void header.explain(fault).message;
  const rule = header.validate();
  if (rule !== 0) header.explain(rule);
  const { payloadOffset, payloadEnd } = header;
  if (!(payloadOffset >= 0 && payloadOffset <= payloadEnd && payloadEnd <= length)) throw new Error("bounds");
  header.toJSON();
  header.hexDump();
}

function walk(list, length) {
  let steps = 0;
  while (list.next()) if (++steps > length) throw new Error("a loop");
  list.explain();
  list.toJSON();
}

/** Runs inputs; gives the blocks of the package's code that none before reached. */
function newBlocks(inputs) {
  for (const input of inputs) tryOne(input);
  const found = [];
  for (const { url, functions } of post("Profiler.takePreciseCoverage").result) {
    if (!/dist\/(generated|runtime)\//.test(url)) continue;
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        const block = `${url} ${startOffset} ${endOffset}`;
        if (count > 0 && !seen.has(block)) found.push(block);
      }
    }
  }
  return found;
}

/** Keeps the inputs that reach something new, found by halves. */
function keepNew(inputs) {
  const found = newBlocks(inputs);
  if (found.length === 0) return;
  if (inputs.length > 1) {
    const middle = inputs.length >> 1;
    keepNew(inputs.slice(0, middle));
    keepNew(inputs.slice(middle));
    return;
  }
  for (const block of found) seen.add(block);
  kept.push(inputs[0]);
}

function fresh() {
  const [name] = chance.pick(classes);
  return { name, bytes: Uint8Array.from(chance.bytes(chance.below(MOST_BYTES))) };
}

const EDGES = [0, 1, 2, 4, 0x7f, 0x80, 0xc0, 0xff];

/** A kept input with some changes, or a new one. */
function mutant() {
  if (kept.length === 0 || chance.once(8)) return fresh();
  const { name, bytes } = chance.pick(kept);
  let copy = bytes.slice();
  for (let change = chance.below(4); change >= 0; change--) {
    const at = chance.below(copy.length + 1);
    const kind = chance.below(5);
    if (kind === 0) copy = copy.slice(0, at);
    else if (kind === 1) {
      copy = Uint8Array.from([...copy, ...chance.bytes(chance.below(24))]).slice(0, MOST_BYTES);
    } else if (copy.length > 0) {
      copy[at % copy.length] =
        kind === 2
          ? chance.pick(EDGES)
          : kind === 3
            ? chance.below(256)
            : copy[at % copy.length] ^ (1 << chance.below(8));
    }
  }
  return { name, bytes: copy };
}

function read() {
  const lines = readFileSync(CORPUS, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines
    .map((line) => line.split(" "))
    .filter(([name]) => byName.has(name))
    .map(([name, hex = ""]) => ({ name, bytes: Uint8Array.from(Buffer.from(hex, "hex")) }));
}

post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const before = read();
for (let at = 0; at < before.length; at += 64) keepNew(before.slice(at, at + 64));
const until = performance.now() + Number(seconds) * 1000;
let tried = before.length;
while (performance.now() < until) {
  keepNew(Array.from({ length: BATCH }, mutant));
  tried += BATCH;
}
const lines = kept.map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString("hex")}`.trimEnd()).sort();
if (Number(seconds) > 0 && dry === undefined) writeFileSync(CORPUS, `${lines.join("\n")}\n`);
const reached = new Set(kept.map(({ name }) => name)).size;
console.log(
  JSON.stringify({
    seed: Number(seed),
    tried,
    kept: kept.length,
    blocks: seen.size,
    classes: reached,
    before: before.length,
  }),
);
