import type { Row } from "./layout-grid.js";

/** What stands in each field's cell, by the cell's key, and what the short ones mean. */
export interface Labels {
  readonly byKey: ReadonlyMap<number, string>;
  /** `D: dont_fragment` */
  readonly legend: readonly string[];
}

/** A field's name where it fits into its widest cell; else initials, or a letter of it that no other field has. */
export function labelsFor(rows: readonly Row[], room: (bits: number) => number): Labels {
  const byKey = new Map<number, string>();
  const legend: string[] = [];
  const taken = new Set<string>();
  for (const { cells } of rows) {
    for (const { key, name, bits, isLabelled } of cells) {
      if (!isLabelled) continue;
      if (name.length <= room(bits)) byKey.set(key, name);
      else {
        const short = shortName(name, room(bits), taken);
        taken.add(short);
        byKey.set(key, short);
        legend.push(`${short}: ${name}`);
      }
    }
  }
  return { byKey, legend };
}

function shortName(name: string, room: number, taken: ReadonlySet<string>): string {
  const words = name.split(/[_ ]/).filter((word) => word !== "");
  const initials = words.map((word) => word.charAt(0).toUpperCase()).join("");
  const letters = [...name.toUpperCase().replace(/[^A-Z0-9]/g, "")];
  const candidates = [
    ...(initials.length <= room ? [initials] : []),
    ...(room >= 3 ? [name.slice(0, room)] : []),
    ...letters,
    ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz",
  ];
  return candidates.find((candidate) => !taken.has(candidate)) ?? "?";
}
