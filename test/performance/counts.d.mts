export function counts(): Promise<Record<string, number>>;
export function readBaseline(): {
  readonly reasons: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
};
