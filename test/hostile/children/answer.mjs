// All that is said of a packet, with what must hold of it. Throws where it does not.
import { layersOf } from "../../../dist/runtime/index.js";
import { jsonLayers } from "../../../dist/decode/json-layers.js";
import { Line } from "../../../dist/decode/line.js";
import { Tree } from "../../../dist/decode/tree.js";

const line = new Line();
const tree = new Tree();

/** The fault, and where each layer lies. */
export function outline(stack, start, end, linkType) {
  const fault = stack.decode(start, end, linkType);
  if (!Number.isInteger(fault) || fault !== stack.fault) throw new Error(`decode gave ${fault}`);
  let text = String(fault);
  for (const header of stack.layers()) {
    checkBounds(header, start, end);
    text += ` ${header.layout.name} ${header.offset - start} ${header.payloadOffset - start} ${header.payloadEnd - start}`;
  }
  return text;
}

/** All fields of the packet that was decoded last, as `zc-gen decode --json` tells them, and its error. */
export function fieldsOf(stack, start) {
  const error = stack.fault === 0 ? undefined : stack.explain();
  if (stack.fault !== 0 && !/^ERR_ZC_/.test(error?.code ?? "")) {
    throw new Error(`fault ${stack.fault} has no error`);
  }
  return { layers: jsonLayers(stack.layers(), start, stack.cut?.header), code: error?.code };
}

function checkBounds(header, start, end) {
  const { offset, payloadOffset, payloadEnd, layout } = header;
  const isInside =
    start <= offset && offset <= payloadOffset && payloadOffset <= payloadEnd && payloadEnd <= end;
  if (!isInside) {
    const places = [offset, payloadOffset, payloadEnd].map((at) => at - start).join(", ");
    throw new Error(`${layout.name} at ${places} is not in its packet of ${end - start}`);
  }
}

/** What else can be asked of the packet that was decoded last; it takes long, so not of every one. */
export function everythingElse(stack, start, end, linkType) {
  const packet = {
    ...{ dataOffset: start, dataEnd: end, linkType, comments: [], hasTime: true, seconds: 0, nanoseconds: 0 },
    ...{ capturedLength: end - start, originalLength: end - start, truncated: false },
  };
  const view = { n: 1, packet, stack };
  for (const text of [line.format(view), tree.format(view), stack.hexDump(), stack.toString()]) {
    if (typeof text !== "string") throw new Error("no text");
  }
  for (const header of stack.layers()) {
    // A header that is cut off where another packet quotes it stands there all the same, with nothing to check.
    const fault = header.wrap(header.offset, header.end) || header.validate();
    if (fault !== 0 && !/^ERR_ZC_/.test(header.explain(fault).code)) {
      throw new Error(`rule ${fault} has no error`);
    }
    const { headerLength, declaredLength, truncated, trailing } = header;
    const least = Math.min(headerLength, declaredLength, truncated, trailing);
    if (!(least >= 0)) throw new Error(`${header.layout.name} has a length of ${least}`);
    JSON.stringify(header.toJSON());
    header.toString();
  }
  layersOf(stack);
}
