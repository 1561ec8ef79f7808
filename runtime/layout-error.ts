import { Fault, FAULT_ERROR_CODES, faultCode, faultField } from "./fault.js";
import type { Layout } from "./layout.js";

/** What a {@link LayoutError} tells in numbers. */
export interface LayoutErrorDetail {
  /** The schema's name of the layout: `ipv4`. */
  readonly layout: string;
  /** The fault number this error explains. */
  readonly fault: number;
  /** The field to blame, by its schema name; of a fixed part that is cut off, the first that is not whole. */
  readonly field?: string;
  /** Where the header starts (or the field, when one is named), in bytes from the start of the view, or from what `explain` was given. */
  readonly offset: number;
  /** How many bytes it takes, or the least value allowed. */
  readonly required?: number;
  /** How many bytes there are, or the value found. */
  readonly have?: number | bigint;
}

/** A packet that does not fit its layout. Callers match on `code`; the wording may improve. */
export class LayoutError extends Error {
  override readonly name = "LayoutError";
  /** `ERR_ZC_TRUNCATED`, `ERR_ZC_RANGE`, ...: see `FAULT_ERROR_CODES`. */
  readonly code: string;
  readonly layout: string;
  readonly fault: number;
  readonly field: string | undefined;
  readonly offset: number;
  readonly required: number | undefined;
  readonly have: number | bigint | undefined;

  constructor(message: string, detail: LayoutErrorDetail) {
    super(message);
    this.code = FAULT_ERROR_CODES[faultCode(detail.fault)] ?? "ERR_ZC_FAULT";
    this.layout = detail.layout;
    this.fault = detail.fault;
    this.field = detail.field;
    this.offset = detail.offset;
    this.required = detail.required;
    this.have = detail.have;
  }
}

/** The place a fault was found at, and what stood there. */
export interface FaultSite {
  readonly offset: number;
  readonly end: number;
  /** The length a header or a packet claims to have, in bytes. */
  readonly claimed?: number;
  /** The value of the field to blame. */
  readonly value?: number | bigint;
}

/** Builds the error for a fault number, or gives `undefined` for 0. */
export function explainFault(layout: Layout, fault: number, site: FaultSite): LayoutError | undefined {
  if (fault === Fault.OK) return undefined;
  const field = layout.fields[faultField(fault)];
  const have = Math.max(0, site.end - site.offset);
  const base = { layout: layout.name, fault, offset: site.offset };
  switch (faultCode(fault)) {
    case Fault.TRUNCATED:
      if (field !== undefined) return runsPast(layout, field.name, base, have);
      return new LayoutError(
        `${layout.name} at ${site.offset} needs ${layout.minLength} bytes, but only ${have} are there`,
        { ...base, ...cutField(layout, have), required: layout.minLength, have },
      );
    case Fault.TRUNCATED_HEADER:
      if (field !== undefined) {
        return runsPast(layout, field.name, base, have);
      }
      return new LayoutError(
        `${layout.name} at ${site.offset} says its header has ${site.claimed ?? "more"} bytes, but only ${have} are there`,
        { ...base, ...(site.claimed === undefined ? {} : { required: site.claimed }), have },
      );
    case Fault.HEADER_LENGTH:
      return new LayoutError(
        `${layout.name} at ${site.offset} says its header has ${site.claimed ?? "fewer"} bytes, but its fixed part takes ${layout.minLength}`,
        {
          ...base,
          required: layout.minLength,
          ...(site.claimed === undefined ? {} : { have: site.claimed }),
        },
      );
    case Fault.DECLARED_LENGTH:
      return new LayoutError(
        `${layout.name} at ${site.offset} declares ${site.value ?? "fewer"} bytes` +
          `${field === undefined ? "" : ` in ${field.name}`}, which is less than its own header`,
        { ...base, ...fieldDetail(field, site), required: layout.minLength },
      );
    case Fault.LINK_TYPE:
      return new LayoutError(
        `no decoder for link type ${site.value}: attach a schema to link_type, or decode from a known header on`,
        { ...base, ...(site.value === undefined ? {} : { have: site.value }) },
      );
    case Fault.DEPTH:
      return new LayoutError(
        `${layout.name} at ${site.offset} is nested more than ${site.claimed} deep; the layers before it are decoded`,
        { ...base, ...(site.claimed === undefined ? {} : { required: site.claimed }) },
      );
    default:
      return explainRule(layout, fault, site);
  }
}

/** The first field that `have` bytes of a header do not hold whole. */
function cutField({ fields }: Layout, have: number): { field?: string } {
  const cut = fields.find(({ slot, variable, bitOffset, bitWidth }) => {
    return slot === undefined && variable !== true && bitOffset + bitWidth > have * 8;
  });
  return cut === undefined ? {} : { field: cut.name };
}

function runsPast(
  { name }: Layout,
  field: string,
  base: Pick<LayoutErrorDetail, "layout" | "fault" | "offset">,
  have: number,
): LayoutError {
  const message = `${name}.${field} runs past the end: ${name} at ${base.offset} has ${have} bytes`;
  return new LayoutError(message, { ...base, field, have });
}

/** Where a list's element was refused, and how many bytes it needed and had. */
export interface ElementSite {
  readonly offset: number;
  readonly required: number;
  readonly have: number;
  /** Where the list ends. */
  readonly end: number;
}

/** Builds the error for the fault that ended a walk over a list, or gives `undefined` for 0. */
export function explainElement(layout: Layout, fault: number, site: ElementSite): LayoutError | undefined {
  if (fault === Fault.OK) return undefined;
  const { offset, required, have, end } = site;
  const field = layout.fields[faultField(fault)]?.name;
  const detail = {
    layout: layout.name,
    fault,
    offset,
    required,
    have,
    ...(field === undefined ? {} : { field }),
  };
  const why =
    fault === Fault.DEPTH
      ? `lies in ${required} lists of its kind; ${have} are possible`
      : field === undefined
        ? `needs ${required} bytes, but the list has ${have} left`
        : required > end - offset
          ? `says it has ${required} bytes, but the list has ${have} left`
          : `says it has ${have} bytes, but its tag and length take ${required}`;
  return new LayoutError(`${layout.name} at ${offset} ${why}`, detail);
}

function explainRule(layout: Layout, fault: number, site: FaultSite): LayoutError {
  const field = layout.fields[faultField(fault)];
  const at = site.offset + ((field?.bitOffset ?? 0) >> 3);
  const found = site.value === undefined ? "" : ` is ${site.value}`;
  return new LayoutError(
    `${layout.name}.${field?.name ?? "?"} at ${at}${found}, but ${allowed(layout, fault)}`,
    { layout: layout.name, fault, ...fieldDetail(field, site), offset: at },
  );
}

function allowed(layout: Layout, fault: number): string {
  const field = layout.fields[faultField(fault)];
  switch (faultCode(fault)) {
    case Fault.CONSTANT:
      return mustBe(field);
    case Fault.RANGE:
      return `${field?.variable === true && !field.type.startsWith("varint") ? "its length " : ""}must lie in ${field?.range?.[0]}..${field?.range?.[1]}${field?.multipleOf === undefined ? "" : ` and be a multiple of ${field.multipleOf}`}`;
    case Fault.ENUM:
      return `must be a value of ${field?.enum?.name}`;
    case Fault.NAME:
      return "a domain name has labels of 63 bytes, and 255 bytes at most";
    default:
      return "a safe number ends at 2^53 - 1";
  }
}

function mustBe(field: Layout["fields"][number] | undefined): string {
  if (field?.contents !== undefined) {
    return `must be 0x${field.contents.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  return field?.equals === undefined ? `must be ${field?.constant}` : `must be the same as ${field.equals}`;
}

function fieldDetail(
  field: Layout["fields"][number] | undefined,
  site: FaultSite,
): { field?: string; required?: number; have?: number | bigint } {
  const required = field?.constant ?? field?.range?.[0];
  return {
    ...(field === undefined ? {} : { field: field.name }),
    ...(required === undefined ? {} : { required }),
    ...(site.value === undefined ? {} : { have: site.value }),
  };
}
