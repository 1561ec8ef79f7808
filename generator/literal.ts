/** Code that stands in a literal as it is: a name. */
export class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Line ends that JSON does not escape, and marks that show code in another order than it runs. */
const INVISIBLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON, except for `Code` and for keys that need no quotes; what is undefined is left out. */
export function literal(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = entriesOf(value).map(([key, one]) => `${keyCode(key)}: ${literal(one)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value).replace(
    INVISIBLE,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What an object's literal has. */
export function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

export function keyCode(key: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$|^[0-9]{1,15}$/.test(key) ? key : JSON.stringify(key);
}
