const SIGNALS = ["SIGINT", "SIGTERM"] as const;
// What shells give for a program that Ctrl-C ended: 128 and the signal's number.
const EXIT_INTERRUPTED = 130;

/** Calls `stop` at the first Ctrl-C (or SIGTERM); at the second the process quits at once. Returns how to undo that. */
export function onInterrupt(stop: () => void): () => void {
  let stopping = false;
  const interrupted = (): void => {
    if (stopping) process.exit(EXIT_INTERRUPTED);
    stopping = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return () => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
}
