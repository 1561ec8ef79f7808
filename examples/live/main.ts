// `npm start`: live packets, decoded in place.
import { closest } from "fastest-levenshtein";

import { InterfaceNotFoundError, listInterfaces, RingError, RxRing } from "zc-gen/ring";
import { readArguments, USAGE, UsageError } from "./arguments.js";
import { runInNamespace, type NamespaceOutcome } from "./namespace.js";
import { replaySample } from "./replay.js";
import { runSession } from "./session.js";

const DEMO_SECONDS = 10;
const NAMESPACE_REMEDY =
  "run this as root, or allow unprivileged user namespaces (`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` " +
  "on Ubuntu, `sudo sysctl kernel.unprivileged_userns_clone=1` on older Debian), or capture on a real interface with " +
  "`sudo npm start -- --interface NAME`";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let name: string | undefined;
  try {
    const { help, interfaceName, seconds } = readArguments(args);
    name = interfaceName;
    if (!help) {
      return name === undefined ? await demonstrate(seconds ?? DEMO_SECONDS) : await captureOn(name, seconds);
    }
    console.log(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\n\n${USAGE}`, 2);
    if (error instanceof RingError) return complain(error.message + didYouMean(error, name), 1);
    throw error;
  }
}

/** Captures until Ctrl-C. */
async function captureOn(name: string, seconds: number | undefined): Promise<number> {
  const ring = RxRing.open({ interface: name });
  const until = seconds === undefined ? "Ctrl-C" : `Ctrl-C, or for ${seconds} s`;
  return runSession(ring, { headline: `live: a TPACKET_V3 ring on ${name}, until ${until}`, seconds });
}

/** Shows the whole path on any machine: live where the system allows it, else from the bundled capture. */
async function demonstrate(seconds: number): Promise<number> {
  const outcome = await demonstrateLive(seconds);
  if ("exitCode" in outcome) return outcome.exitCode;
  console.log(
    `No live ring here: ${outcome.refused}; meanwhile a bundled capture is replayed through MockRing.\n`,
  );
  return replaySample(seconds);
}

async function demonstrateLive(seconds: number): Promise<NamespaceOutcome> {
  try {
    listInterfaces(); // tells whether there is an addon
  } catch (error) {
    if (error instanceof RingError) return { refused: error.message };
    throw error;
  }
  const outcome = await runInNamespace(new URL("private-network.js", import.meta.url), [String(seconds)]);
  if ("exitCode" in outcome) return outcome;
  return { refused: `no private network namespace could be made (${outcome.refused}); ${NAMESPACE_REMEDY}` };
}

/** The interface whose name is most like the one that was asked for. */
function didYouMean(error: RingError, name: string | undefined): string {
  if (!(error instanceof InterfaceNotFoundError) || name === undefined) return "";
  const names = listInterfaces().map((each) => each.name);
  return names.length === 0 ? "" : `; did you mean ${closest(name, names)}?`;
}

function complain(message: string, exitCode: number): number {
  console.error(`zc-gen: ${message}`);
  return exitCode;
}
