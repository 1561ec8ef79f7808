import { spawnSync } from "node:child_process";
import { requirement, type Requirement } from "../../support/requirement.js";

const isRoot = process.getuid?.() === 0;

/** A new network namespace: what puts a command there. */
export const IN_NAMESPACE: readonly string[] = ["unshare", isRoot ? "-n" : "-rn"];

/** Runs a command without root: as nobody where we are root, else as who we are. */
export const UNPRIVILEGED: readonly string[] = isRoot
  ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
  : [];

/** User namespaces for people who are not root. */
export const needsUserNamespaces: Requirement = requirement(
  "unprivileged user namespaces",
  () => tries([...UNPRIVILEGED, "unshare", "-rn", "true"]),
  "sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu) or kernel.unprivileged_userns_clone=1 (Debian)",
);

/** To become nobody who can still read this folder. */
export const needsUnprivileged: Requirement = requirement(
  "to run without privileges",
  () =>
    tries([...UNPRIVILEGED, process.execPath, "-e", `fs.readFileSync(${JSON.stringify(process.argv[1])})`]),
  "install util-linux (setpriv), and put the clone where every user can read it",
);

function tries(command: readonly string[]): true | string {
  const { status, stderr, error } = spawnSync(command[0] as string, command.slice(1), { encoding: "utf8" });
  return status === 0 || (error?.message ?? stderr.trim());
}
