// How a class is built, found out once: which member writes which field, and by what.
import { BuildError } from "./build-error.js";
import { within } from "./build-path.js";
import type { PseudoHeader } from "./checksum-verdict.js";
import type { Header } from "./header.js";
import type { DefinedLayout, FieldLayout } from "./layout.js";
import type { List } from "./list.js";

/** Fields whose names are not known before. */
export type AnyFields = Readonly<Record<string, unknown>>;

/** Whether a field lies where only the packet tells. */
export function isLate({ slot, variable }: FieldLayout): boolean {
  return slot !== undefined || variable === true;
}

/** Whether a field may have to be there that nobody gave: a number, a length of no bytes, a text's end, padding. */
function canHaveDefault({ fromEnd, optional, present, variable, size, type }: FieldLayout): boolean {
  if (fromEnd === true || (optional === true && present === undefined)) return false;
  if (variable !== true || type.startsWith("varint.") || type === "dns_name") return true;
  return size?.prefix !== undefined || size?.until !== undefined || size?.align !== undefined;
}

/** A member that can be written. */
export interface MemberPlan {
  /** Unset for a member that is no field by itself, as `let` values are. */
  readonly field: FieldLayout | undefined;
  readonly isLate: boolean;
  readonly write: (header: Header | List, value: unknown) => void;
}

/** A field that lies where only the packet tells, and by which names it is given. */
export interface LateField {
  readonly field: FieldLayout;
  readonly member: string;
  readonly text: string;
}

export function isGiven({ member, text }: LateField, fields: AnyFields): boolean {
  return fields[member] !== undefined || fields[text] !== undefined;
}

export interface ChecksumPlan {
  readonly field: FieldLayout;
  readonly update: (header: Header, parent: PseudoHeader | undefined) => void;
}

/** Numbers that lead from a header to the next, and the members of that header that may hold one. */
export interface Way {
  readonly min: number;
  readonly max: number;
  readonly members: readonly {
    readonly name: string;
    readonly read: (header: Header) => unknown;
    readonly write: (header: Header, value: number) => void;
  }[];
}

/** One class's. */
export class BuildPlan {
  readonly late: readonly LateField[];
  /** Whether fields of no fixed place can take bytes that nobody gave. */
  readonly hasDefaults: boolean;
  readonly checksums: readonly ChecksumPlan[];
  private readonly attach: readonly Attachment[];
  private readonly members: Map<string, MemberPlan> = new Map();
  private readonly ways: Map<string, readonly Way[]> = new Map();

  constructor({ fields, attach = [] }: BuiltLayout) {
    this.attach = attach;
    this.late = fields
      .filter(isLate)
      .map((field) => ({ field, member: field.member, text: `${field.member}Text` }));
    this.hasDefaults = fields.some((field) => isLate(field) && canHaveDefault(field));
    this.checksums = fields.flatMap((field) => {
      if (field.checksum === undefined) return [];
      const name = `update${capital(field.member)}`;
      let update: ((parent: unknown) => unknown) | undefined;
      return [
        { field, update: (header, parent) => (update ??= methodsOf(header)[name])?.call(header, parent) },
      ];
    });
  }

  /** @throws BuildError for a name that the class does not have */
  memberOf(header: Header | List, name: string): MemberPlan {
    let member = this.members.get(name);
    if (member === undefined) this.members.set(name, (member = memberPlan(header, name)));
    return member;
  }

  /** How a header of `parent`'s class leads to this one; none where it does not. */
  waysFrom(parent: Header): readonly Way[] {
    const { name } = parent.layout;
    let ways = this.ways.get(name);
    if (ways === undefined) {
      const attached = this.attach.filter(({ to }) => to === name);
      this.ways.set(name, (ways = attached.map((one) => wayFrom(parent, one))));
    }
    return ways;
  }
}

function wayFrom(parent: Header, { members, value, max = value }: Attachment): Way {
  const used = members.map((name) => {
    const accessor = accessorOf(parent, name);
    return {
      name,
      read: (header: Header): unknown => accessor?.get?.call(header),
      write: (header: Header, number: number): void => void accessor?.set?.call(header, number),
    };
  });
  return { min: value, max, members: used };
}

type Attachment = NonNullable<DefinedLayout["attach"]>[number];
type BuiltLayout = Pick<DefinedLayout, "id" | "fields" | "attach">;

const plans: BuildPlan[] = [];

export function planOf(layout: BuiltLayout): BuildPlan {
  return (plans[layout.id] ??= new BuildPlan(layout));
}

/** Writes fields by their members, each through its setter. @throws BuildError for a name that the class does not have. */
export function writeFields(header: Header | List, fields: AnyFields, which: Which = "all"): void {
  const plan = planOf(header.layout);
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined || name === "$rest" || name === "$trailing") continue;
    const member = plan.memberOf(header, name);
    if (isWanted(member, which)) member.write(header, value);
  }
}

/** Those of the fixed part, or those that have a place only behind it. */
type Which = "all" | "fixed" | "late";

function isWanted({ field, isLate: late }: MemberPlan, which: Which): boolean {
  if (field === undefined || which === "all") return true;
  return which === "fixed" ? !late : late && isSetInPlace(field);
}

/** What is no run of bytes: those were written with their lengths. */
function isSetInPlace({ variable, type, element, elements }: FieldLayout): boolean {
  return variable !== true || (type === "array" && element !== undefined && elements === undefined);
}

/** The name under which the number of bytes of a number that says its size is given. */
export function widthName({ member }: FieldLayout): string {
  return `${member}Length`;
}

function isNamed(field: FieldLayout, name: string): boolean {
  const { member, type } = field;
  if (member === name || `${member}Text` === name) return true;
  return type.startsWith("varint.") && widthName(field) === name;
}

function memberPlan(header: Header | List, name: string): MemberPlan {
  const field = header.layout.fields.find((one) => isNamed(one, name));
  const write = writerOf(header, name);
  if (write !== undefined) return { field, isLate: field !== undefined && isLate(field), write };
  if (field === undefined || !isLate(field)) throw unknownField(header, name);
  // Its bytes were written with their length.
  const refuse = (one: Header | List): never => {
    throw unknownField(one, name);
  };
  return { field, isLate: true, write: refuse };
}

function writerOf(header: Header | List, name: string): MemberPlan["write"] | undefined {
  const members = methodsOf(header);
  const [set, setAt, at] = [
    members[`set${capital(name)}`],
    members[`set${capital(name)}At`],
    members[`${name}At`],
  ];
  if (isNested(members, name)) {
    return (one, value) =>
      within(name, () =>
        writeFields((one as unknown as Record<string, Header>)[name] as Header, value as AnyFields),
      );
  }
  const accessor = accessorOf(header, name);
  if (accessor?.set !== undefined) return (one, value) => void accessor.set?.call(one, value);
  if (set !== undefined) return (one, value) => void set.call(one, value);
  if (setAt !== undefined) {
    return (one, value) =>
      (value as readonly unknown[]).forEach((element, index) => void setAt.call(one, index, element));
  }
  if (at !== undefined) {
    return (one, value) =>
      (value as readonly AnyFields[]).forEach((element, index) =>
        within(`${name}[${index}]`, () => writeFields(at.call(one, index) as Header, element)),
      );
  }
  return undefined;
}

function isNested(members: Record<string, unknown>, name: string): boolean {
  return typeof members[`${name}Cursor`] === "object" && typeof members[`${name}At`] !== "function";
}

function accessorOf(header: Header | List, name: string): PropertyDescriptor | undefined {
  for (
    let level: object | null = header;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    const property = Object.getOwnPropertyDescriptor(level, name);
    if (property !== undefined) return property;
  }
  return undefined;
}

function methodsOf(header: Header | List): Record<string, ((...values: unknown[]) => unknown) | undefined> {
  return header as unknown as Record<string, ((...values: unknown[]) => unknown) | undefined>;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function unknownField({ layout }: Header | List, member: string): BuildError {
  const names = layout.fields.map((field) => field.member).join(", ");
  const message = `${layout.name} has no field ${member} to write; it has ${names}`;
  return new BuildError("ERR_ZC_BUILD_FIELD", message, { layout: layout.name });
}
