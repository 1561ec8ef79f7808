import { expect, it } from "vitest";
import { FAULT_CODES, faultLiteral } from "../../generator/fault-codes.js";
import { Fault, fieldFault } from "../../runtime/index.js";

it("spells every fault number as the runtime does", () => {
  const { OK: _ok, ...faults } = Fault;
  expect(FAULT_CODES).toEqual(faults);
});

it("puts the field's number above the code, as the runtime does", () => {
  const literal = faultLiteral("DECLARED_LENGTH", { index: 4, member: "totalLength" });
  expect(literal).toBe(
    `0x${fieldFault(Fault.DECLARED_LENGTH, 4).toString(16)} /* DECLARED_LENGTH, totalLength */`,
  );
});
