import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode, type Effort, type RingShape } from "./decode.js";
import { markdownOf } from "./markdown.js";
import { commandOf, PEERS, type BuiltPeer } from "./peers.js";
import { USUAL_BLOCKS } from "./ring-file.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The peers that our own code decides about. */
const OURS = ["accessors", "for-of", "stack", "for-await"];
const SHAPES: readonly RingShape[] = [
  [64, USUAL_BLOCKS],
  [1500, USUAL_BLOCKS],
];

/** Two trees differ less than two starts of one: 0.7 was seen of equal code started once. */
const LAUNCHES = 5;

/**
 * Measures this tree against a commit, the rows of both in turn: the commit is built in a folder of its own, and both
 * run this tree's peers, so that nothing differs but what users install. Ratios are to the commit.
 */
export async function against(ref: string, effort: Effort): Promise<void> {
  using built = buildCommit(ref);
  console.log(`this tree against ${ref} (${built.commit})`);
  for (const id of OURS) {
    const peer = PEERS.find((each) => each.id === id);
    if (peer === undefined) continue;
    const rows: BuiltPeer[] = [
      { ...peer, title: `${peer.title}, ${ref}`, command: commandOf(peer, built.folder) },
      { ...peer, title: `${peer.title}, this tree`, command: commandOf(peer) },
    ];
    for (const shape of SHAPES) {
      console.log(`\n${markdownOf(await decode(rows, shape, { ...effort, launches: LAUNCHES }))}`);
    }
  }
}

interface BuiltCommit extends Disposable {
  readonly folder: string;
  readonly commit: string;
}

/** The commit in a worktree, with this tree's bench in it, compiled. Goes when disposed of. */
function buildCommit(ref: string): BuiltCommit {
  const commit = run("git", ["rev-parse", "--short", `${ref}^{commit}`], ROOT).trim();
  const folder = mkdtempSync(join(tmpdir(), "zc-bench-against-"));
  const discard = (): void => {
    spawnSync("git", ["worktree", "remove", "--force", folder], { cwd: ROOT });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("git", ["worktree", "add", "--detach", folder, commit], ROOT);
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    useThisBench(folder);
    const addon = join(ROOT, "native/build");
    if (existsSync(addon)) cpSync(addon, join(folder, "native/build"), { recursive: true });
    run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."], folder);
    return { folder, commit, [Symbol.dispose]: discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** Only the peers: another commit need not have what the runner uses of the package. */
function useThisBench(folder: string): void {
  rmSync(join(folder, "bench"), { recursive: true, force: true });
  const sources = join(ROOT, "bench/peers");
  cpSync(join(sources, "support"), join(folder, "bench/peers/support"), { recursive: true });
  cpSync(join(sources, "package.json"), join(folder, "bench/peers/package.json"));
  for (const id of OURS) cpSync(join(sources, id), join(folder, "bench/peers", id), { recursive: true });
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}
