import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TYPES = ["u8", "u16", "u32", "u8", "u4", "u4", "u16", "flag", "u7", "u16"];

/** Writes a folder of `count` schemas of 20 fields each. */
export function writeSchemas(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number++) writeSchema(folder, number, "");
}

/** Writes one of them; another `remark` is a change. */
export function writeSchema(folder: string, number: number, remark: string): void {
  const fields = Array.from({ length: 20 }, (_, index) => {
    return `  field_${index}: { type: ${TYPES[index % TYPES.length]}, doc: Field ${index}${remark}. }\n`;
  });
  const head = `zc: 1\nname: proto_${number}\ndoc: Protocol ${number}.\nendian: big\nbit_order: msb\n`;
  const text = `${head}attach: { udp.port: ${10_000 + number} }\nfields:\n${fields.join("")}`;
  writeFileSync(join(folder, `proto_${number}.yaml`), text);
}
