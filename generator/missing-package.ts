/** The name of the package whose absence made an import fail; undefined for any other error. */
export function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code === "ERR_MODULE_NOT_FOUND") return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
  if (error.code !== "MODULE_NOT_FOUND") return undefined;
  return /^Cannot find module '((?![./])(?!\w:)[^']+)'/.exec(error.message)?.[1];
}

/** What to do when a package of the generator is not installed, in one sentence. */
export function missingPackageText(name: string): string {
  return (
    `zc-gen: the package "${name}" is not installed, and the generator needs it: ` +
    "install zc-gen with its optional dependencies (npm install --include=optional)"
  );
}
