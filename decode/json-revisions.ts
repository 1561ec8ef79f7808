// What `--json` makes of a layer's fields where values decide, or where fields of what is nested are called otherwise.
import type { DefinedLayout, JsonObject, JsonValue } from "../runtime/index.js";
import { FIELD_NAMES } from "./json-names.js";

export type Revision = (fields: JsonObject) => void;

/** What there is to do; `undefined`: nothing, for the layout's own fields have their names already. */
export function revisionOf({ name, fields }: DefinedLayout): Revision | undefined {
  const own = new Set(fields.map((field) => field.name));
  const nested = Object.entries(FIELD_NAMES[name] ?? {}).filter(([from]) => !own.has(from));
  const revise = REVISIONS[name];
  if (nested.length === 0) return revise;
  return (json) => {
    for (const [from, to] of nested) rename(json, from, to);
    revise?.(json);
  };
}

/** Changes that depend on values, by layer. */
const REVISIONS: Readonly<Record<string, Revision>> = {
  dhcpv4: keepBootp,
  gre: keepVersion,
  icmpv6: keepRecords("num_records", "records"),
  igmp: keepRecords("num_group_records", "group_records"),
  llc: joinControl,
};

function rename(fields: JsonObject, from: string, to: string): void {
  if (!(from in fields)) return;
  fields[to] = fields[from] as JsonValue;
  delete fields[from];
}

/** What tells DHCP from the BOOTP that it grew from, whose last field is the vendor's (RFC 951 §3). */
const DHCP_COOKIE = 0x63825363;

function keepBootp(fields: JsonObject): void {
  if (fields["magic_cookie"] === DHCP_COOKIE) return;
  delete fields["magic_cookie"];
  delete fields["options"];
  delete fields["options_fault"];
}

/** All others have a reserved bit where PPTP's header says that an acknowledgment follows (RFC 2637 §4.1). */
function keepVersion(fields: JsonObject): void {
  const { version, protocol_type: type } = fields;
  if (version === 0 || type !== 0x880b) delete fields["acknowledgment_present"];
}

/** Bytes after so many group records are to be ignored (RFC 9776 §4.2.11, RFC 3810 §5.2.11). */
function keepRecords(count: string, list: string): Revision {
  return (fields) => {
    const { [count]: most, [list]: records } = fields;
    if (typeof most !== "number" || !Array.isArray(records)) return;
    if (records.length >= most) delete fields[`${list}_fault`];
    fields[list] = records.slice(0, most);
  };
}

/** A control field of 16 bits is one number, as it stands (IEEE 802.2 §5.4). */
function joinControl(fields: JsonObject): void {
  const { control, control_extended: second } = fields;
  if (typeof control !== "number" || typeof second !== "number") return;
  fields["control"] = control * 256 + second;
  delete fields["control_extended"];
}
