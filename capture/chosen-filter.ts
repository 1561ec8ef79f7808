import { existsSync, readFileSync } from "node:fs";
import { filter, type PacketTest } from "../filter/index.js";
import type { Stack } from "../generated/index.js";
import { listInterfaces, type BpfInstruction } from "../native/index.js";
import { UsageError, type CaptureOptions } from "./options.js";

type Chosen = Pick<CaptureOptions, "filter" | "interface" | "snaplen">;

/** What the kernel runs of `--filter`. @throws UsageError for a file that is no filter; FilterError */
export function kernelFilter({
  filter: text,
  interface: name,
  snaplen,
}: Chosen): readonly BpfInstruction[] | undefined {
  if (text === undefined) return undefined;
  if (existsSync(text)) return readFilter(text);
  const linkType = listInterfaces().find((one) => one.name === name)?.linkType ?? 1;
  return filter(text).program({ isCooked: name === "any", linkType, hasSnaplen: snaplen !== undefined })
    .instructions;
}

/** The test of what the kernel let pass, decoding it; undefined where there is nothing to test. */
export function restOfFilter({ filter: text }: Pick<Chosen, "filter">, stack: Stack): PacketTest | undefined {
  return text === undefined || existsSync(text) ? undefined : filter(text).on(stack);
}

/** `tcpdump -ddd`: the number of instructions, then four numbers each. @throws UsageError */
function readFilter(path: string): BpfInstruction[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const numbers = text.trim().split(/\s+/).map(Number);
  const [count = 0, ...words] = numbers;
  if (numbers.some(Number.isNaN) || words.length !== count * 4) {
    throw new UsageError(
      `${path} is no filter as \`tcpdump -ddd\` prints it: a count, then four numbers an instruction`,
    );
  }
  return Array.from({ length: count }, (_, i) => {
    const [code = 0, jt = 0, jf = 0, k = 0] = words.slice(4 * i, 4 * i + 4);
    return { code, jt, jf, k };
  });
}
