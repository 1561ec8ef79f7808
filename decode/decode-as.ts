import * as protocols from "../generated/index.js";
import { Header, type HeaderClass, type StackBase } from "../runtime/index.js";
import { UsageError, type LayerBinding } from "./options.js";

/** Lets layers follow where no schema says so. @throws UsageError for a layer, a rule or a value that there is not. */
export function bindLayers(stack: StackBase, bindings: readonly LayerBinding[]): void {
  for (const { rule, value, layer } of bindings) {
    try {
      stack.bind(rule, value, classOf(layer));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(`--decode-as: ${error.message}`);
    }
  }
}

function classOf(layer: string): HeaderClass {
  const exported: readonly unknown[] = Object.values(protocols);
  const named = exported.filter(isHeaderClass).find(({ LAYOUT }) => LAYOUT.name === layer);
  if (named === undefined) throw new RangeError(`there is no layer ${JSON.stringify(layer)}`);
  return named;
}

function isHeaderClass(one: unknown): one is HeaderClass {
  return typeof one === "function" && one.prototype instanceof Header && "LAYOUT" in one;
}
