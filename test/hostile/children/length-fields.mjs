// Where a packet has numbers that lengths and counts depend on.
import { List } from "../../../dist/runtime/index.js";
import { withList } from "../../../dist/runtime/index.js";

const TELLING = /len|count|num|size|ihl|offset|total|segments|margin|pointer/;

/** Bit fields of a decoded packet that are called as if something's length were in them. */
export function listedLengths(stack) {
  const found = [];
  for (const header of stack.layers()) addFields(header, found);
  return found;
}

function addFields(fielded, found) {
  for (const field of fielded.layout.fields) {
    const at = fielded.startOf(field);
    if (at < 0) continue;
    if (field.type === "list") withList(fielded, field, (list) => addElements(list, found));
    else if (TELLING.test(field.name) && field.variable !== true && field.bitWidth <= 32) {
      found.push({ at, bits: field.bitWidth, shift: field.bitOffset & 7 });
    }
  }
}

function addElements(list, found) {
  const tells = list.layout.list?.length.member;
  while (list.next()) {
    const field = list.layout.fields.find(({ member }) => member === tells);
    if (field !== undefined && list.startOf(field) >= 0) {
      found.push({ at: list.startOf(field), bits: field.bitWidth, shift: field.bitOffset & 7 });
    }
    if (list.value instanceof List) addElements(list.value, found);
    else if (list.value !== undefined) addFields(list.value, found);
  }
}
