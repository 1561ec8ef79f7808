import { closeSync, fsyncSync, renameSync, rmSync } from "node:fs";
import { OutputFile } from "./output-file.js";

/**
 * A file that appears under its name when it is complete, and not before: it is written beside it first. `"-"` is
 * standard output, which cannot be taken back.
 */
export class AtomicFile extends OutputFile {
  private readonly temporary: string | undefined;

  /** @throws Node's own error when the file cannot be made. */
  constructor(path: string) {
    const temporary = path === "-" ? undefined : `${path}.${process.pid}.${temporaryFiles++}.tmp`;
    super(path, temporary ?? "-", "wx");
    this.temporary = temporary;
  }

  /** Completes the file and gives it its name, over one that has it already. Safe to call again. */
  finish(): void {
    if (this.state !== "open") return;
    try {
      this.flush();
      if (this.temporary !== undefined) fsyncSync(this.fd);
    } catch (error) {
      this.giveUp();
      throw error;
    }
    this.state = "finished";
    if (this.temporary === undefined) return;
    closeSync(this.fd);
    renameSync(this.temporary, this.path);
  }

  /** Drops what was written; a file of that name stays as it was. Safe to call again. */
  giveUp(): void {
    if (this.state !== "open") return;
    this.state = "given up";
    if (this.temporary === undefined) return;
    closeSync(this.fd);
    rmSync(this.temporary, { force: true });
  }
}

let temporaryFiles = 0;
