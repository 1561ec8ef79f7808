import { createHash } from "node:crypto";

/** Texts that an earlier run made, by path and key; a key stands for everything that a text is made from. */
export type Reuse = (path: string, key: string) => string | undefined;

/** Makes every text anew. */
export const NO_REUSE: Reuse = () => undefined;

/** A hash over a value and all that it refers to, except where it was written: the same for the same meaning. */
export function keyOf(value: unknown): string {
  const seen = new Map<object, number>();
  const text = JSON.stringify(value, (name, part: unknown) => {
    if (name === "span" || name === "file") return undefined;
    if (typeof part === "bigint") return `${part}n`;
    if (typeof part === "function") throw new TypeError(`${name}: a function has no key`);
    if (typeof part !== "object" || part === null) return part;
    const number = seen.get(part);
    if (number !== undefined) return `#${number}`;
    seen.set(part, seen.size);
    return part instanceof Map || part instanceof Set ? [...(part as Iterable<unknown>)] : part;
  });
  return createHash("sha256").update(text).digest("hex");
}
