// Where in what a packet is built of something is wrong.
import { BuildError } from "./build-error.js";
import { FieldValueError } from "./value-error.js";

/** What `make` gives; its errors tell that they are of what lies in `step`, as in `answers[0]`. */
export function within<R>(step: string, make: () => R): R {
  try {
    return make();
  } catch (error) {
    if (error instanceof FieldValueError) lead(error, `${step}.${error.path ?? error.field}`);
    else if (error instanceof BuildError) {
      lead(error, error.path === undefined ? step : `${step}.${error.path}`);
    }
    throw error;
  }
}

function lead(error: FieldValueError | BuildError, path: string): void {
  const told = error.path === undefined ? 0 : error.path.length + 2;
  error.message = `${path}: ${error.message.slice(told)}`;
  error.path = path;
}
