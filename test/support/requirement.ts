import type { TestContext } from "vitest";

/** Gives `true` when the requirement is met, else why it is not. */
export type Probe = () => true | string;

/** Call it in a test or a `beforeEach`: skips the test aloud, or fails it under CI=true. */
export type Requirement = (context: TestContext) => void;

/**
 * Something that some tests need and a machine may lack. Where it is missing they are skipped with the reason and the
 * remedy on the console; under CI=true they fail, so that nothing goes untested there unnoticed.
 */
export function requirement(name: string, probe: Probe, remedy: string): Requirement {
  let outcome: true | string | undefined;
  let told = false;
  return (context) => {
    outcome ??= safely(probe);
    if (outcome === true) return;
    const reason = `needs ${name}: ${outcome}. Remedy: ${remedy}`;
    if (isCi()) throw new Error(reason);
    if (!told) console.warn(`SKIPPED, ${reason}`);
    told = true;
    context.skip(reason);
  };
}

function safely(probe: Probe): true | string {
  try {
    return probe();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isCi(): boolean {
  return process.env["CI"] === "true" || process.env["CI"] === "1";
}
