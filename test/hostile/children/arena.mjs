// Memory between pages that nobody may read, with a Stack on all of it.
import { addon } from "../../../dist/native/binding.js";
import { Stack } from "../../../dist/generated/index.js";
import { everythingElse, fieldsOf, outline } from "./answer.mjs";
import { MAX_BYTES } from "./originals.mjs";

const GUARD_BYTES = 1 << 20;
/** Room for one packet at either end. */
const DATA_BYTES = 1 << 18;
const FILLED_BYTES = 64;
const COMPARED_OF = 8;
const THOROUGH_OF = 32;

/** A packet at either end of the memory: what is read before one or behind the other ends the process. */
export class Arena {
  #view = new DataView(addon().guardedMemory(DATA_BYTES, GUARD_BYTES));
  #bytes = new Uint8Array(this.#view.buffer);
  #stack = new Stack(this.#view);
  /** Where a mutant is made. */
  draft = new Uint8Array(MAX_BYTES);

  /**
   * Asks for all there is to ask of the packet in `draft`, at one end of the memory after the other. Fields take most of
   * the time, so all of them are read at one end, chosen by `number`, and compared for one packet of eight.
   * Everything is asked of the same Stack, so that no packet leaves anything behind for the next. Gives the outline.
   */
  check(length, linkType, number) {
    const packet = this.draft.subarray(0, length);
    const starts = [GUARD_BYTES, GUARD_BYTES + DATA_BYTES - length];
    this.#bytes.set(packet, starts[0]);
    this.#bytes.fill(0xff, starts[0] + length, starts[0] + length + FILLED_BYTES);
    this.#bytes.set(packet, starts[1]);
    this.#bytes.fill(0, starts[1] - FILLED_BYTES, starts[1]);
    const outlines = starts.map((start, index) => {
      const text = outline(this.#stack, start, start + length, linkType);
      if (number % COMPARED_OF === 0) return text + JSON.stringify(fieldsOf(this.#stack, start));
      if (number % 2 === index) fieldsOf(this.#stack, start);
      return text;
    });
    if (outlines[0] !== outlines[1]) {
      throw new Error(`the answer depends on what lies around:\n${outlines.join("\n")}`);
    }
    if (number % THOROUGH_OF === 0) everythingElse(this.#stack, starts[1], starts[1] + length, linkType);
    return outlines[0];
  }

  /** Reads one byte outside: the process ends. */
  trespass(behind) {
    return this.#view.getUint8(behind ? GUARD_BYTES + DATA_BYTES : GUARD_BYTES - 1);
  }
}
