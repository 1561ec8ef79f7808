import type { MethodDeclarationStructure, OptionalKind } from "ts-morph";
import { expressionCode, THROUGH_ACCESSORS } from "./emit-expression.js";
import { fieldsOf } from "./expression.js";
import { invert } from "./invert.js";
import { type Attachment, type DeclaredLength, maxOf, type StructModel } from "./layout.js";

/** Where a header follows, for `LAYOUT`: who, on which of whose members, and by which number. */
export interface AttachFacts {
  readonly to: string;
  readonly members: readonly string[];
  /** The first number, and the last where there are several. */
  readonly value: number;
  readonly max: number | undefined;
}

/** The places of one header, in the order of its schema. */
export function attachFacts(child: StructModel, attachments: readonly Attachment[]): AttachFacts[] {
  return attachments
    .filter((one) => one.child === child)
    .sort((a, b) => a.span.start - b.span.start)
    .flatMap(({ parent, key, value, max, condition }) => {
      const rule = parent?.next.find((one) => one.key === key);
      if (parent === undefined || rule === undefined) return [];
      // A condition or a look at the payload leads here: there is no number to write.
      const fields = condition === undefined && rule.peek === undefined ? rule.fields : [];
      const members = fields.map(({ member }) => member);
      return [{ to: parent.name, members, value, max: max === value ? undefined : max }];
    });
}

/** `setLengths`: writes the lengths that a header declares, as far as their expressions can be undone. */
export function setLengthsMethod(struct: StructModel): OptionalKind<MethodDeclarationStructure>[] {
  const statements = [...headerStatements(struct), ...declaredStatements(struct.declared)];
  if (statements.length === 0) return [];
  return [
    {
      name: "setLengths",
      hasOverrideKeyword: true,
      parameters: [
        { name: usesHeader(struct) ? "header" : "_header", type: "number" },
        { name: usesPayload(struct) ? "payload" : "_payload", type: "number" },
      ],
      returnType: "void",
      statements,
    },
  ];
}

function usesHeader({ headerLength, declared }: StructModel): boolean {
  const isTotal = declared?.counts === "total" && invert(declared.from) !== undefined;
  return isTotal || (headerLength !== undefined && invert(headerLength) !== undefined);
}

function usesPayload({ declared }: StructModel): boolean {
  return declared !== undefined && invert(declared.from) !== undefined;
}

function headerStatements({ headerLength }: StructModel): string[] {
  const assignments = headerLength === undefined ? undefined : invert(headerLength, "header");
  return (assignments ?? []).map(({ field, code }) => `this.${field.member} = ${code};`);
}

/** A length that counts only under a condition, as in 802.3, is written only where it does. */
function declaredStatements(declared: DeclaredLength | undefined): string[] {
  if (declared === undefined) return [];
  const bytes = declared.counts === "total" ? "(header + payload)" : "payload";
  const assignments = invert(declared.from, bytes);
  const first = assignments?.[0];
  if (assignments === undefined || first === undefined) return [];
  const write = assignments.map(({ field, code }) => `this.${field.member} = ${code};`);
  if (declared.when === undefined) return write;
  const { member, type } = first.field;
  const fits = `${bytes} <= ${maxOf(type.bits)}`;
  const isOwn = fieldsOf(declared.when).has(first.field);
  const undo = `if (!(${expressionCode(declared.when, THROUGH_ACCESSORS)})) this.${member} = 0;`;
  return isOwn
    ? [`if (${fits}) {\n${[...write, undo].join("\n")}\n}`]
    : [`if (${expressionCode(declared.when, THROUGH_ACCESSORS)}) {\n${write.join("\n")}\n}`];
}
