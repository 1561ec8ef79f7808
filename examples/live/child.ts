/** Tells the process that started this one that all is well so far. */
export function tellReady(): void {
  process.send?.("ready");
}

/** Ends as for Ctrl-C when the process that started this one is gone, and keeps this one alive no longer than its work. */
export function stopWithParent(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGINT"));
  process.channel?.unref();
}
