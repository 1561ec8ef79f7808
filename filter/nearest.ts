/** No name of ours is longer. */
const MAX_WORD = 64;

/** The name that is nearest to a word, if any is near: a third of its letters may differ. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const lower = word.slice(0, MAX_WORD).toLowerCase();
  let cost = Math.min(lower.length, Math.max(1, Math.floor(lower.length / 3)) + 1);
  let best: string | undefined;
  for (const name of names) {
    const found = name.length > MAX_WORD ? Infinity : distance(lower, name.toLowerCase());
    if (found >= cost) continue;
    cost = found;
    best = name;
  }
  return best;
}

/** How many letters must be put in, taken out, replaced or swapped with the next (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] as number) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
