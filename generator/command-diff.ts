import { Option } from "commander";
import { newCommand, type RunCommand, runCommand } from "./command.js";
import { compareSchemas } from "./compare-schemas.js";
import { readModel } from "./read-model.js";
import { ExitCode } from "./report.js";
import type { SchemaChange } from "./schema-change.js";
import { placeOf, visible } from "./snippet.js";

interface Flags {
  readonly format: "text" | "json";
  readonly failOn: "api" | "wire" | "never";
}

const HELP = `
What breaks:
  wire        programs with the old and the new schemas misread each other's packets
  api         programs written against the old classes no longer compile, or mean something else
  compatible  neither

Examples:
  zc-gen diff old/ schemas/                     two folders, or two files
  zc-gen diff old/ schemas/ --fail-on wire      a major version: only the wire must hold
  git worktree add /tmp/old v1.0 && zc-gen diff /tmp/old/schemas schemas/

Exit codes:
  0   nothing that --fail-on forbids
  1   something breaks, or the schemas have errors
  2   wrong usage, or a missing input`;

/** `zc-gen diff OLD NEW`. */
export const diffCommand: RunCommand = (args, host) => {
  const command = newCommand(
    "diff",
    "Tells which changes of schemas break the wire, and which the API.",
    HELP,
  )
    .argument("<old>", "a schema file, or a folder of them")
    .argument("<new>", "the same, changed")
    .addOption(
      new Option("--format <format>", "json: an array on stdout").choices(["text", "json"]).default("text"),
    )
    .addOption(
      new Option("--fail-on <level>", "what ends with exit code 1")
        .choices(["api", "wire", "never"])
        .default("api"),
    );
  return runCommand(command, args, host, async () => {
    const [old, now] = command.processedArgs as [string, string];
    const { format, failOn } = command.opts<Flags>();
    const [before, after] = [await readModel([old], host.cwd, true), await readModel([now], host.cwd, true)];
    const changes = compareSchemas(before, after);
    host.stdout.write(
      format === "json" ? `${JSON.stringify(changes.map(toJSON), null, 2)}\n` : textOf(changes),
    );
    return isForbidden(changes, failOn) ? ExitCode.SCHEMA : ExitCode.OK;
  });
};

function isForbidden(changes: readonly SchemaChange[], failOn: Flags["failOn"]): boolean {
  if (failOn === "never") return false;
  return changes.some(({ level }) => level === "wire" || (level === "api" && failOn === "api"));
}

function toJSON({ level, subject, message, span }: SchemaChange): object {
  const { line, column } = placeOf(span.file, span.start);
  return { level, subject, message, file: span.file.path, line, column };
}

function textOf(changes: readonly SchemaChange[]): string {
  const lines = changes.map(({ level, subject, message, span }) => {
    const { line, column } = placeOf(span.file, span.start);
    return `${level.padEnd(10)}  ${visible(span.file.path)}:${line}:${column}: ${subject}: ${visible(message)}`;
  });
  const count = (level: SchemaChange["level"]): number => changes.filter((one) => one.level === level).length;
  const summary =
    changes.length === 0
      ? "zc-gen: no change"
      : `zc-gen: breaking the wire: ${count("wire")}, the API: ${count("api")}; compatible: ${count("compatible")}`;
  return `${[...lines, summary].join("\n")}\n`;
}
