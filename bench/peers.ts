import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Someone's way of reading the ring: a program in a folder of `bench/peers`. */
export interface Peer {
  /** Its folder. */
  readonly id: string;
  readonly title: string;
  readonly kind: "c" | "c++" | "rust" | "go" | "javascript" | "npm";
  /** Touches packets without reading the fields: it has no sum. */
  readonly isFloor?: boolean;
  /** What C is linked with. */
  readonly libraries?: readonly string[];
  /** How to get what it needs, where that is more than its kind says. */
  readonly how?: string;
  /** Answers `serve`: is in the tables of CPU time and latency. */
  readonly serves?: boolean;
}

/** In the order of the tables; ratios are to the first that was built. */
export const PEERS: readonly Peer[] = [
  { id: "c-in-place", title: "C, in place", kind: "c", serves: true },
  { id: "c-copy", title: "C, copy then parse", kind: "c", serves: true },
  { id: "rust", title: "Rust, memmap2 + bytemuck", kind: "rust", serves: true },
  { id: "rust-tokio", title: "Rust, the same in tokio", kind: "rust", serves: true },
  { id: "cpp-span", title: "C++20, std::span", kind: "c++", serves: true },
  { id: "cpp-asio", title: "C++20, the same in Boost.Asio", kind: "c++", serves: true },
  { id: "gopacket", title: "Go, gopacket DecodingLayerParser", kind: "go" },
  { id: "floor", title: "floor: one cache line touched", kind: "c", isFloor: true },
  { id: "accessors", title: "**zc-gen accessors**", kind: "javascript", serves: true },
  { id: "for-of", title: "**zc-gen accessors**, for (const packet of block)", kind: "javascript" },
  { id: "stack", title: "**zc-gen Stack**, for (const packet of block)", kind: "javascript", serves: true },
  { id: "for-await", title: "**zc-gen Stack**, for await (const block of ring)", kind: "javascript" },
  { id: "js-dataview", title: "JavaScript by hand, DataView", kind: "javascript", serves: true },
  { id: "js-buffer", title: "JavaScript by hand, Buffer", kind: "javascript" },
  { id: "js-copy", title: "JavaScript by hand, copy then DataView", kind: "javascript", serves: true },
  { id: "binary-parser", title: "npm binary-parser", kind: "npm" },
  { id: "kaitai", title: "npm kaitai-struct", kind: "npm" },
  { id: "cap", title: "npm cap, its decoders", kind: "npm" },
];

/** A peer that can run: its command, to which the ring's arguments are added. */
export interface BuiltPeer extends Peer {
  readonly command: readonly string[];
}

/** A peer that this machine cannot build. */
export interface LeftOut extends Peer {
  readonly why: string;
  /** How to get what is missing. */
  readonly how: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SOURCES = join(ROOT, "bench/peers");
const BUILT = join(ROOT, "dist/bench/built");
/** Debian's crates, for a machine that cannot reach crates.io. */
const DEBIAN_CRATES = "/usr/share/cargo/registry";
const DEBIAN_GO = "/usr/share/gocode";

const HOW: Readonly<Record<Peer["kind"], string>> = {
  c: "apt-get install gcc libc6-dev",
  "c++": "apt-get install g++ libboost-dev",
  rust: "apt-get install cargo librust-bytemuck-dev librust-memmap2-dev librust-tokio-dev",
  go: "apt-get install golang-go golang-github-google-gopacket-dev",
  javascript: "npm run build",
  npm: "npm ci --ignore-scripts --prefix bench/peers",
};

/** Builds what this machine has tools for. What is newer than its sources is left as it is. */
export function buildPeers(peers: readonly Peer[]): { built: BuiltPeer[]; leftOut: LeftOut[] } {
  mkdirSync(BUILT, { recursive: true });
  const built: BuiltPeer[] = [];
  const leftOut: LeftOut[] = [];
  for (const peer of peers) {
    const why = isFresh(peer) ? undefined : build(peer);
    if (why === undefined) built.push({ ...peer, command: commandOf(peer) });
    else leftOut.push({ ...peer, why, how: peer.how ?? HOW[peer.kind] });
  }
  return { built, leftOut };
}

/** The processor that peers are bound to, or none: the last, since the first often serves interrupts. */
export function pinnedCpu(): number | undefined {
  const cpu = availableParallelism() - 1;
  return cpu > 0 && spawnSync("taskset", ["-c", `${cpu}`, "true"]).status === 0 ? cpu : undefined;
}

/** What runs a peer that is built; of another tree than this one if its root is given. */
export function commandOf({ id, kind }: Peer, root: string = ROOT): readonly string[] {
  if (kind === "javascript") return [process.execPath, join(root, `dist/bench/peers/${id}/main.js`)];
  if (kind === "npm") return [process.execPath, join(SOURCES, id, "main.mjs")];
  return [program(id, kind)];
}

function program(id: string, kind: Peer["kind"]): string {
  return kind === "rust" ? join(BUILT, id, "release/peer") : join(BUILT, id);
}

/** Builds one peer. Returns why it could not be built. */
function build({ id, kind, libraries = [] }: Peer): string | undefined {
  const out = program(id, kind);
  const source = join(SOURCES, id);
  switch (kind) {
    case "c":
      return runTool("cc", [
        "-O2",
        "-Wall",
        "-o",
        out,
        join(source, "main.c"),
        ...libraries.map((name) => `-l${name}`),
      ]);
    case "c++":
      return runTool("c++", ["-std=c++20", "-O2", "-Wall", "-pthread", "-o", out, join(source, "main.cc")]);
    case "rust":
      return runTool(
        "cargo",
        ["build", "--release", "--quiet", "--target-dir", join(BUILT, id), ...crates()],
        {
          cwd: source,
        },
      );
    case "go":
      return runTool("go", ["build", "-o", out, "."], { cwd: source, env: goModules() });
    case "npm":
      return existsSync(join(SOURCES, "node_modules"))
        ? undefined
        : runTool("npm", ["ci", "--ignore-scripts", "--silent", "--prefix", SOURCES]);
    case "javascript":
      return existsSync(join(ROOT, `dist/bench/peers/${id}/main.js`)) ? undefined : "it is not compiled";
  }
}

function crates(): string[] {
  if (!existsSync(DEBIAN_CRATES)) return [];
  const settings = ['source.crates-io.replace-with="debian"', `source.debian.directory="${DEBIAN_CRATES}"`];
  return ["--offline", ...settings.flatMap((setting) => ["--config", setting])];
}

function goModules(): NodeJS.ProcessEnv {
  if (!existsSync(join(DEBIAN_GO, "src/github.com/google/gopacket"))) return { GOFLAGS: "-mod=mod" };
  return { GO111MODULE: "off", GOPATH: DEBIAN_GO };
}

function runTool(
  tool: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string | undefined {
  const env = { ...process.env, ...options.env };
  const { status, error, stderr } = spawnSync(tool, args, { cwd: ROOT, ...options, env, encoding: "utf8" });
  if (error !== undefined) return `${tool} is not there`;
  return status === 0 ? undefined : `${tool} ended with ${status}: ${firstError(stderr)}`;
}

function firstError(text: string): string {
  const lines = text.split("\n");
  return lines.find((line) => /error|cannot/i.test(line))?.trim() ?? lines[0] ?? "";
}

function isFresh({ id, kind }: Peer): boolean {
  if (kind === "javascript" || kind === "npm") return false;
  const built = statSync(program(id, kind), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folders = [id, "support", ...(kind === "rust" ? ["rust"] : [])].map((name) => join(SOURCES, name));
  const changed = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs),
  );
  return built > Math.max(...changed);
}
