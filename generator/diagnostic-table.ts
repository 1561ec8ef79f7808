/** What is said of a diagnostic wherever it occurs. */
export interface DiagnosticEntry {
  /** `ZC1042`: never reused, never given to something else. */
  readonly code: string;
  /** A word for several that belong together. */
  readonly topic: string;
  readonly title: string;
  /** One paragraph: what it is, why it is refused, what to do. Markdown. */
  readonly text: string;
}

/**
 * Every diagnostic of the generator, by the name it has in our code. A new one takes the next free number of its
 * range, and needs an example in `test/generator/errors/`; `npm run diagnostics` then renews its comment and
 * `docs/diagnostics.md`.
 */
export const DIAGNOSTIC_TABLE = {
  // ZC10xx. The file: what YAML allows and a schema has no use for.
  "yaml-syntax": {
    code: "ZC1001",
    topic: "yaml",
    title: "The file is no YAML",
    text: "The YAML parser cannot read the file, so nothing in it has a meaning yet. Its own words follow, with its name for the mistake in parentheses; a missing colon, a bracket that is not closed and a tab as indentation are the common ones. Mend the line that the caret points at, or the one above it.",
  },
  "yaml-version": {
    code: "ZC1002",
    topic: "yaml",
    title: "Another version of YAML",
    text: "The file begins with a `%YAML` directive for a version other than 1.2, in which words such as `no` and numbers such as `010` mean something else. Schemas are YAML 1.2 always: leave the directive out.",
  },
  "not-a-map": {
    code: "ZC1003",
    topic: "not-a-map",
    title: "The file holds no schema",
    text: "A schema is a map of keys, of which `zc` and `name` come first. The file is empty, a list, or plain text. Begin it with `zc: 1` and a `name:`, or take the file out of the folder if it is no schema.",
  },
  "file-bytes": {
    code: "ZC1004",
    topic: "file-size",
    title: "The file has too many bytes",
    text: "Schemas are untrusted input, and a file above 1 MiB is refused before the YAML parser sees it. No header needs that much: write one header a file.",
  },
  "file-words": {
    code: "ZC1005",
    topic: "file-size",
    title: "The file has too many words and signs",
    text: "The parser keeps an object for every token, and brackets cost more memory than they have bytes. A file of more than 400,000 tokens is refused before it is parsed: split it, one header a file.",
  },
  "file-nesting": {
    code: "ZC1006",
    topic: "nesting",
    title: "The file is nested too deeply",
    text: "The YAML parser calls itself for every level, and some thousand levels would end the process. More than 64 are refused before it is parsed. A schema needs about eight: give inner structures a name under `types`.",
  },
  alias: {
    code: "ZC1007",
    topic: "alias",
    title: "An anchor or an alias",
    text: "`&name` and `*name` let one part of a file stand for another, which makes a short file arbitrarily large and hides a layout from its reader. Write the part out, or give a structure that is used twice a name under `types`.",
  },
  tag: {
    code: "ZC1008",
    topic: "tag",
    title: "A tag of YAML",
    text: "`!name` asks the YAML parser to make an object of the value, for which a schema has no use. Leave the tag out.",
  },
  "key-not-a-word": {
    code: "ZC1009",
    topic: "key",
    title: "A key that is no plain word",
    text: "YAML lets maps and lists be keys; a schema's keys are words and numbers. Write the key as a plain word.",
  },
  "duplicate-key": {
    code: "ZC1010",
    topic: "duplicate-key",
    title: "A key stands twice",
    text: "Two entries of one map have the same key, and one of them would be lost in silence. Remove one; where two fields of a header have the same name in the source, number them.",
  },
  "too-many": {
    code: "ZC1011",
    topic: "too-many",
    title: "More problems than are shown",
    text: "The file has more than 100 problems, which a single cause usually explains, such as a wrong indentation or a file that is no schema. Mend the first ones and run again.",
  },
  "file-fields": {
    code: "ZC1012",
    topic: "file-size",
    title: "The file has too many fields",
    text: "Every field becomes some hundred bytes of code. A file may have 4096 fields and values, all its structures together. Split it, and refer to the other file's header by `struct`.",
  },
  "file-labels": {
    code: "ZC1013",
    topic: "file-size",
    title: "The file has too many labels",
    text: "Every label of an enum becomes a line of code and a key of an object. A file may have 16,384 of them, all its enums together. Name the values that matter: an enum is open, and other numbers still read as numbers.",
  },
  // ZC11xx. Structure: which keys stand where, and what kind of value they have.
  "missing-key": {
    code: "ZC1101",
    topic: "structure",
    title: "A key that must be there is missing",
    text: "The map needs a key that it does not have; without it the layout would be a guess. The message names it. Add the key.",
  },
  "wrong-kind": {
    code: "ZC1102",
    topic: "structure",
    title: "A value of the wrong kind",
    text: 'The key wants text, a number, a map or a list, and has another of them. YAML decides by the way it is written: `1` is a number and `"1"` is text. Write the value as the message asks.',
  },
  "word-not-known": {
    code: "ZC1103",
    topic: "structure",
    title: "Not one of the possible words",
    text: "The key takes one of a few words, and the value is none of them. The message lists them all. Choose one.",
  },
  "language-version": {
    code: "ZC1104",
    topic: "structure",
    title: "A version of the language that is not known",
    text: "`zc` states the version of the schema language, so that a later one never reads an old file in another sense. This program knows version 1. Write `zc: 1`, or use a newer zc-gen.",
  },
  "name-form": {
    code: "ZC1105",
    topic: "structure",
    title: "A value that is no name",
    text: "Names become members and classes in generated code, so that only some characters can stand in them. A name is snake_case: a small letter, then at most 63 small letters, digits and `_`. Write it as the source spells it, with `_` between words.",
  },
  "label-form": {
    code: "ZC1106",
    topic: "structure",
    title: "A label that is no name",
    text: "Labels become members of the enum's object. A label is snake_case and may begin with a digit: small letters, digits and `_`, 64 at most. Put the source's own spelling under `doc`.",
  },
  "endian-form": {
    code: "ZC1107",
    topic: "structure",
    title: "A byte order that is not known",
    text: "`endian` is `big`, `little`, `host`, or a map that says which field tells the order. Network protocols are big. Write one of the three words, or `{ by: FIELD, is: NUMBER }`.",
  },
  "unit-form": {
    code: "ZC1108",
    topic: "structure",
    title: "A unit that is not a number and a word",
    text: "`unit` says what one step of the number is worth: a whole number from 1 on, a blank, and what is counted. Write it as in `8 bytes` or `10 milliseconds`.",
  },
  "c-header-form": {
    code: "ZC1109",
    topic: "structure",
    title: "A C header's name",
    text: "The header is included by the generated proof, so that it must be a plain path that ends in `.h`, without brackets, quotes or `..`. Write it as it stands between the brackets of `#include`.",
  },
  "c-name-form": {
    code: "ZC1110",
    topic: "structure",
    title: "A name that C does not have",
    text: "The name is written into the generated proof, so that it must be an identifier of C: letters, digits and `_`, not beginning with a digit; members of members take a dot. Write the name that the C header has.",
  },
  "too-few": {
    code: "ZC1111",
    topic: "structure",
    title: "Something empty",
    text: "The text, map or list has fewer entries than it needs to mean anything: most often none at all. Add what is missing, or leave the key out.",
  },
  "too-many-entries": {
    code: "ZC1112",
    topic: "structure",
    title: "More entries than are possible",
    text: "The text, map or list has more entries than the key takes. `relation` is over two fields, `pad` is one character, a structure has at most 1024 fields. Remove some, or make a structure of some fields.",
  },
  "number-outside": {
    code: "ZC1113",
    topic: "structure",
    title: "A number outside what the key takes",
    text: "The number is smaller or larger than it can be here: lengths and counts are 1 to 65,535, attached values are 0 or more. The message gives the bound.",
  },
  "unknown-key": {
    code: "ZC1114",
    topic: "unknown-key",
    title: "A key that is not known",
    text: "No key of that name stands in this place. A key that is ignored would be a layout that is silently wrong, so that every one must be known. Take the one that the note suggests, or remove it.",
  },
  "name-key-form": {
    code: "ZC1115",
    topic: "name",
    title: "A name that cannot be one",
    text: "Fields, values, types and enums become names in generated code. A name is snake_case: a small letter, then at most 63 small letters, digits and `_`. Write it as the source spells it, with `_` between words.",
  },
  "attach-key-form": {
    code: "ZC1116",
    topic: "name",
    title: "A place to attach to that cannot be one",
    text: "A header attaches to a parent's rule, written `parent.field`, or to `link_type`. Write both names, as in `udp.port`.",
  },
  "value-key-form": {
    code: "ZC1117",
    topic: "name",
    title: "An enum's value that is no number",
    text: "The keys of `values` are numbers as they stand on the wire: decimal, or hexadecimal with `0x`, from 0 on. The label is the value: `6: tcp`, not `tcp: 6`.",
  },
  "no-content": {
    code: "ZC1118",
    topic: "structure",
    title: "A schema without fields and values",
    text: "A file describes a header by its `fields` or an enum by its `values`; this one has neither. Add one of them.",
  },
  "fields-and-values": {
    code: "ZC1119",
    topic: "structure",
    title: "A schema with both fields and values",
    text: "A file describes either a header, by its `fields`, or an enum, by its `values`. An enum that only this header uses goes under `enums`; one that others share is a file of its own.",
  },
  "field-no-kind": {
    code: "ZC1120",
    topic: "structure",
    title: "A field that does not say what it is",
    text: "The long form of a field has exactly one key for its kind: `type`, `bytes`, `struct`, `array`, `text`, `list` or `switch`. Without one it has no place on the wire. Add it.",
  },
  "field-two-kinds": {
    code: "ZC1121",
    topic: "structure",
    title: "A field that is two things",
    text: "The field has two of the keys that say what it is: `type`, `bytes`, `struct`, `array`, `text`, `list`, `switch`. `bytes` may stand beside `array` and `text`, where it is their length. Keep one; the others are fields of their own.",
  },
  "stray-key": {
    code: "ZC1122",
    topic: "structure",
    title: "A key that does not go with the field's kind",
    text: "The key says more of another kind of field: `count` of an array, `enum` of a number, `pad` of a text. Here it would have no effect, which is hardly what was meant. Remove it, or change the kind.",
  },
  "no-fields": {
    code: "ZC1123",
    topic: "structure",
    title: "Nothing but a name",
    text: "A header without fields is one that only tells what follows: raw IP has no bytes before the IP header. So it needs `next`, cannot be part of another structure, and is no structure of C. Add fields, or say by `next` what follows.",
  },
  // ZC12xx. Names: who defines what, and what two things cannot share.
  "no-struct": {
    code: "ZC1201",
    topic: "unknown-name",
    title: "A structure that nobody defines",
    text: "The name is neither under `types` of this file nor a header of another. Types of other files cannot be named: they are theirs. Define it, or take the name that the note suggests.",
  },
  "no-enum": {
    code: "ZC1202",
    topic: "unknown-name",
    title: "An enum that nobody defines",
    text: "The name is neither under `enums` of this file nor a file with `values`. Enums inside other files cannot be named: they are theirs. Define it, or take the name that the note suggests.",
  },
  "duplicate-name": {
    code: "ZC1203",
    topic: "duplicate-name",
    title: "Two schemas have one name",
    text: "Two files say the same `name`, and others that refer to it could mean either. Give each schema a name of its own.",
  },
  "bundled-name": {
    code: "ZC1204",
    topic: "duplicate-name",
    title: "The name of a bundled schema",
    text: "The `name` is one that comes with zc-gen, and which others refer to. A schema of yours never replaces one of ours in silence: give it another name, and attach it where it belongs.",
  },
  "class-clash": {
    code: "ZC1205",
    topic: "name-clash",
    title: "Two things would become one class",
    text: "Different names can become the same name in TypeScript: `a_b` and `a__b` are both `AB`. Two exports of one name would hide each other. Rename one of them.",
  },
  "file-clash": {
    code: "ZC1206",
    topic: "name-clash",
    title: "Two schemas would become one file",
    text: "The generated file is named after the schema, and some names are kept for files of ours: `index` becomes `index-header.ts`, as `index_header` does. Rename one of them.",
  },
  "member-clash": {
    code: "ZC1207",
    topic: "name-clash",
    title: "Two fields would become one member",
    text: "A field brings several members: an address `src` also has `srcText`, bytes `data` also have `dataLength`. Another field or value would be one of them. Rename one of the two.",
  },
  "let-clash": {
    code: "ZC1208",
    topic: "name-clash",
    title: "A value has the name of a field",
    text: "Expressions name fields and values of `let` in the same way, so that one name can be only one of them. Give the value another name.",
  },
  "label-clash": {
    code: "ZC1209",
    topic: "enum-clash",
    title: "A label stands twice",
    text: "Two values of an enum have labels that become the same member of its object. Number them, or say more: `reserved_3`, `reserved_4`.",
  },
  "value-clash": {
    code: "ZC1210",
    topic: "enum-clash",
    title: "A value stands twice",
    text: 'Two entries of an enum are the same number, spelt differently: `16` and `"0x10"`. One number has one label. Remove one of them.',
  },
  "value-beyond-2-53": {
    code: "ZC1211",
    topic: "enum-value",
    title: "A value that no number holds exactly",
    text: "Enum values are JavaScript numbers, which are exact up to 2^53 - 1. A label for a larger one would also match its neighbours. Leave it out; the field still reads as a bigint.",
  },
  "struct-cycle": {
    code: "ZC1212",
    topic: "cycle",
    title: "A structure that contains itself",
    text: "A structure of fixed layout has a size, and one that contains itself, directly or through others, has none. The message shows the circle. Break it: a field of bytes can hold what is nested.",
  },
  "struct-nesting": {
    code: "ZC1213",
    topic: "nesting",
    title: "Structures nested too deeply",
    text: "Structures inside structures become accessors inside accessors. More than 16 levels are refused, so that a small file cannot become a huge one. Flatten some of them.",
  },
  "enum-row-empty": {
    code: "ZC1214",
    topic: "enum-value",
    title: "A row of values without values",
    text: "A label may stand for a row of values, `224..239: multicast`: the first and the last of them, the smaller first. One value stands alone, `224: multicast`.",
  },
  "enum-row-clash": {
    code: "ZC1215",
    topic: "enum-clash",
    title: "Two rows share a value",
    text: "A value has one label. A single value may stand inside a row and goes before it, but two rows may not overlap. Split the wider one.",
  },
  "import-missing": {
    code: "ZC1216",
    topic: "import",
    title: "An import that leads nowhere",
    text: "`imports` names other schemas: `./other.yaml` and `../shared` from the file's own folder, `package/schemas/x.yaml` from an npm package as Node.js would find it from there. There is no such file or folder, or the package is not installed. Bundled schemas need no import.",
  },
  "import-cycle": {
    code: "ZC1217",
    topic: "import",
    title: "Schemas that import each other",
    text: "A file imports one that imports it again, directly or through others, so that neither can be used without the other. Put what both need into a third file, or both into one.",
  },
  // ZC20xx. Types and rules of a field.
  "unknown-type": {
    code: "ZC2001",
    topic: "unknown-type",
    title: "A type that is not known",
    text: "The word is no type. Types are `u1` to `u64`, `i1` to `i64`, `f32` and `f64`, each with `le`, `be` or `host` at the end where it is whole bytes; `flag`; and the addresses `mac_address`, `ipv4_address`, `ipv6_address`. A structure is named by `struct: NAME`, in the long form.",
  },
  "type-needs-map": {
    code: "ZC2002",
    topic: "structure",
    title: "A type that needs a length",
    text: "A text takes as many bytes as the field says, for which the short form has no place. Write a map, as the message shows.",
  },
  "rule-form": {
    code: "ZC2003",
    topic: "rule",
    title: "A rule that is not known",
    text: "After a type word stands at most one rule: a constant `= 4`, a range `in 5..15`, or `reserved`. Write one of these. Conditions between fields go under `when`, or into a value of `let`.",
  },
  "rule-needs-number": {
    code: "ZC2004",
    topic: "rule",
    title: "A rule on what is no whole number",
    text: "Constants and ranges are compared with a number as it stands on the wire; floats, flags and addresses have none. Leave the rule out, or take an unsigned number of as many bits.",
  },
  "rule-empty": {
    code: "ZC2005",
    topic: "rule",
    title: "A range without a number in it",
    text: "The range ends below where it begins, so that no packet could pass. Write the smaller number first.",
  },
  "rule-wide": {
    code: "ZC2006",
    topic: "rule",
    title: "A rule beyond 2^53",
    text: "Rules are compared as JavaScript numbers, which are exact up to 2^53 - 1. Leave the rule out and compare the bigint in your program, or split the field into two of 32 bits.",
  },
  "rule-outside": {
    code: "ZC2007",
    topic: "rule",
    title: "A rule that the field cannot hold",
    text: "A number of the rule does not fit into the field's bits, so that the rule could never hold, or always would. The message gives what the bits hold. Correct the number or the width.",
  },
  "element-bits": {
    code: "ZC2008",
    topic: "array",
    title: "Elements that are no whole bytes",
    text: "The elements of an array are read one by one at a byte's address, so that each has whole bytes. Take elements of whole bytes, or write the bit fields one by one.",
  },
  "element-rule": {
    code: "ZC2009",
    topic: "array",
    title: "Elements with a rule",
    text: "An element of an array has a type and no rule, as nothing compares every element. Leave the rule out, or make a structure of the element: its fields may have rules.",
  },
  "element-wide": {
    code: "ZC2010",
    topic: "array",
    title: "Elements wider than 53 bits",
    text: "An array's accessor gives numbers, which are exact up to 53 bits. Make a structure with one field of 64 bits, which says by `as` how it is read, and an array of that.",
  },
  "element-host-order": {
    code: "ZC2011",
    topic: "array",
    title: "Elements in host order of an odd width",
    text: "The machine's own order exists for 8, 16, 32 and 64 bits only. Say `le` or `be` after the element's type.",
  },
  "as-narrow": {
    code: "ZC2012",
    topic: "structure",
    title: "`as` on a narrow field",
    text: "`as` chooses how a number of more than 53 bits is read: as a bigint, as two halves, or as a number with a check. Narrower fields and other types always read as what they are. Leave it out.",
  },
  "as-parts": {
    code: "ZC2013",
    topic: "structure",
    title: "`as: parts` on what is not u64",
    text: "`parts` reads two unsigned halves of 32 bits, which only a `u64` has. Use `bigint` or `safe` for signed numbers and for other widths.",
  },
  "enum-type": {
    code: "ZC2014",
    topic: "enum",
    title: "An enum on what is no number",
    text: "An enum names the values of an unsigned number of at most 53 bits. Change the type to one of `u1` to `u53`, or leave the enum out.",
  },
  "enum-too-large": {
    code: "ZC2015",
    topic: "enum",
    title: "An enum with a value that does not fit",
    text: "A value of the enum is larger than the field's bits can hold, so that its label could never be seen. Widen the field, or name another enum.",
  },
  "unit-no-number": {
    code: "ZC2016",
    topic: "unit",
    title: "A unit on what is no number",
    text: "A unit scales a whole number; flags, floats, addresses and bytes have none. Leave the unit out and say in `doc` what is meant.",
  },
  "unit-too-large": {
    code: "ZC2017",
    topic: "unit",
    title: "A unit that leads beyond 2^53",
    text: "The largest number of the field, times the unit, is beyond 2^53 - 1, where numbers stop being exact. Take a smaller field, or leave the unit out and scale in your program.",
  },
  "scale-no-number": {
    code: "ZC2018",
    topic: "unit",
    title: "A scale on what is no whole number",
    text: "`scale: 1000` says that 1000 of the wire's number are one, `epoch` that it counts seconds from a day on, and `fraction` which field counts the parts of a second. They go with `u1` to `u64` and `i1` to `i64`, and not beside a `unit`, which counts the other way.",
  },
  "scale-value": {
    code: "ZC2019",
    topic: "unit",
    title: "A scale whose parts have no exact text",
    text: "The text of a scaled number is exact, so one part must have a decimal fraction that ends: a half and a thousandth have, a third has not. A scale is a number from 2 to 2^53 with no factors but 2 and 5, also written `2^32` or `10^9`. Of other scales the wire's number is all there is: leave `scale` out.",
  },
  "epoch-date": {
    code: "ZC2020",
    topic: "unit",
    title: "An epoch that is no day",
    text: "`epoch` is the day whose midnight, UTC, is 0: `1970-01-01` for Unix, `1900-01-01` for NTP. Write year, month and day of the Gregorian calendar.",
  },
  "fraction-field": {
    code: "ZC2021",
    topic: "unit",
    title: "A fraction that is none",
    text: "`fraction` names the field of the same structure that counts the parts of a second, which says how many are one: `seconds: { type: u32, epoch: 1970-01-01, fraction: nanoseconds }` and `nanoseconds: { type: u32, scale: 10^9 }`. The seconds themselves have no scale.",
  },
  "varint-bytes": {
    code: "ZC2022",
    topic: "unknown-type",
    title: "A bound that a varint does not have",
    text: "`varint.leb128 max 4 bytes` refuses numbers of more bytes; without a bound it has 10, which hold 64 bits. A `varint.quic` says in its first two bits whether it has 1, 2, 4 or 8 bytes, and has no other bound: give its value a range, `varint.quic in 0..16383`.",
  },
  "rule-multiple": {
    code: "ZC2023",
    topic: "rule",
    title: "A multiple that there is not",
    text: "`multiple of 4`, alone or after a range, says that other values are wrong. Every number is a multiple of 1, none but 0 of 0, and the range must hold one at least. Correct the number, or leave it out.",
  },
  "equals-field": {
    code: "ZC2024",
    topic: "rule",
    title: "A repetition of nothing",
    text: "`equals: block_length` says that a field repeats one before it, as the length at the end of a pcapng block does. Both are whole numbers that are read alike, and the first is always there. Name such a field.",
  },
  // ZC21xx. The place of every bit.
  "no-endian": {
    code: "ZC2101",
    topic: "endian",
    title: "No byte order",
    text: "Every header states its byte order, as a guess would be wrong for half of the formats. Network protocols are `big`, most file formats `little`, kernel structures `host`.",
  },
  "host-order-width": {
    code: "ZC2102",
    topic: "layout",
    title: "Host order of an odd width",
    text: "The machine's own order exists for 8, 16, 32 and 64 bits only. Say `le` or `be` after the type, as in `u24le`.",
  },
  "begins-inside-byte": {
    code: "ZC2103",
    topic: "layout",
    title: "A field that must begin a byte",
    text: "Floats, addresses, bytes, texts, arrays, structures and fields with an order of their own are read at a byte's address; the bits before this one do not fill a byte. Add the missing bits as a `reserved` field, or move the field.",
  },
  "bits-own-order": {
    code: "ZC2104",
    topic: "layout",
    title: "A byte order on what is no whole bytes",
    text: "`le`, `be` and `host` put bytes in order; a field of other widths has none to order and follows `endian` and `bit_order`. Remove the ending, or take a width of whole bytes.",
  },
  "no-bit-order": {
    code: "ZC2105",
    topic: "bit-order",
    title: "No bit order",
    text: "The field shares a byte with others, and the schema does not say which bit is the first. RFCs draw the most significant bit first: `bit_order: msb`. Some formats of little-endian machines count from the least: `lsb`.",
  },
  "bits-ambiguous": {
    code: "ZC2106",
    topic: "bit-order",
    title: "A field across bytes whose bits have no clear order",
    text: "The field has bits in two bytes, and byte order and bit order contradict each other about which come first. Only `big` with `msb` and `little` with `lsb` have one meaning. Change one of them, or split the field at the byte.",
  },
  "not-whole-bytes": {
    code: "ZC2107",
    topic: "layout",
    title: "Bits left over at the end",
    text: "The fields of the structure do not fill whole bytes, so that what follows would begin inside one. Add the missing bits as a `reserved` field, as the note shows; RFC drawings usually have them.",
  },
  "struct-bytes": {
    code: "ZC2108",
    topic: "layout",
    title: "A structure that is too long",
    text: "The fixed part of a structure may have 1 MiB. Longer runs of bytes have a length that the packet tells: use `bytes` with an expression, or `until: end`.",
  },
  "when-bits": {
    code: "ZC2109",
    topic: "layout",
    title: "A condition on bits",
    text: "A field that may be absent moves everything after it, which must go by whole bytes. Give it whole bytes and let it begin a byte, or read the bits always and look at the condition in your program.",
  },
  "order-stray-key": {
    code: "ZC2110",
    topic: "endian",
    title: "A file in either order that follows something",
    text: "A header whose first bytes tell the byte order begins a file or a message and has two classes; `attach`, `next` and `layout` speak of a header that has one. Remove the key, or state the order.",
  },
  "order-field": {
    code: "ZC2111",
    topic: "endian",
    title: "The field that tells the byte order",
    text: "`endian: { by: ... }` names a field of the header itself, unsigned and of 8, 16 or 32 bits, beginning a byte. Name such a field: the magic number at the start.",
  },
  "magic-too-large": {
    code: "ZC2112",
    topic: "endian",
    title: "A magic number that does not fit",
    text: "The number that tells the byte order is larger than its field can hold, so that it could never be read. Correct the number, or the field's width.",
  },
  "magic-same": {
    code: "ZC2113",
    topic: "endian",
    title: "A magic number that does not tell",
    text: "The number reads the same in both byte orders, so that it cannot tell which one it is. Name a field whose bytes differ.",
  },
  // ZC22xx. Fields whose length the packet tells.
  "array-no-length": {
    code: "ZC2201",
    topic: "structure",
    title: "An array that does not end",
    text: "An array needs a `count` of elements, a length in `bytes`, or `until: end`. Without one of these nothing says where the next field begins. Add one.",
  },
  "text-no-length": {
    code: "ZC2202",
    topic: "structure",
    title: "A text that does not end",
    text: "A text needs a `size` in bytes, an expression for `bytes`, or `until: 0` where a zero byte ends it. Add one.",
  },
  "two-lengths": {
    code: "ZC2203",
    topic: "structure",
    title: "Two lengths for one field",
    text: "The field says twice where it ends, by two of `bytes`, `count`, `until` and `size`, which could contradict each other. Keep one.",
  },
  "zero-not-text": {
    code: "ZC2204",
    topic: "structure",
    title: "Ends at a zero byte, and is no text",
    text: "`until: 0` looks for a byte that ends a text. In bytes and arrays a zero is a value like any other. Give a length, or make it a text.",
  },
  "prefix-type": {
    code: "ZC2205",
    topic: "structure",
    title: "A length before bytes of an odd type",
    text: "The number that stands before bytes and says how many follow is `u8`, `u16`, `u24` or `u32`, with or without a byte order. Take one of these, or a field of its own and an expression.",
  },
  "span-condition": {
    code: "ZC2206",
    topic: "length",
    title: "A condition where a length is needed",
    text: "The expression is true or false, and a length is a number of bytes or elements. Write a number: `x ? 4 : 0`. A field that may be absent says `when`.",
  },
  "span-range": {
    code: "ZC2207",
    topic: "length",
    title: "A length that can be negative or too large",
    text: "For some packets the expression would be negative, or beyond 2^30, which is more than a packet can have. The message shows the range. Give the fields it uses a range, as in `u8 in 2..255`, which is then checked before it is used.",
  },
  "when-condition": {
    code: "ZC2208",
    topic: "expression",
    title: "A number where a condition is needed",
    text: "`when` is true or false. Compare the number, as in `flags != 0`; a `flag` can stand by itself.",
  },
  "self-end": {
    code: "ZC2209",
    topic: "length",
    title: "A structure that asks where it ends, and is not told",
    text: "`end` is the number of bytes a structure was given. Here its length follows from what it holds, so that each would depend on the other. Say how many bytes it has, by `bytes` or `until`.",
  },
  "element-takes-all": {
    code: "ZC2210",
    topic: "structure",
    title: "An element that takes all that is left",
    text: "Elements of an array that have no fixed length follow each other, each as long as it says. This one ends where all of it does, so that there could be only one. Give what takes the rest a length, or write `{ struct: NAME, until: end }` for the only one.",
  },
  "element-empty": {
    code: "ZC2211",
    topic: "structure",
    title: "An element that can be empty",
    text: "A walk over elements gets on because each has at least one byte. All fields of this one can be missing or empty, and a packet that says there are four billion of them would never end. Elements of real protocols begin with a field that is always there.",
  },
  // ZC23xx. C structures and alignment.
  "align-claim": {
    code: "ZC2301",
    topic: "align",
    title: "A header that does not start where it claims",
    text: "`align` claims at which multiples a header starts. The generator follows every path that leads to it, and one of them puts it elsewhere. The message names that path. Claim less, as the note shows.",
  },
  "align-value": {
    code: "ZC2302",
    topic: "align",
    title: "An alignment that cannot be",
    text: "A header starts at a multiple of 1, 2, 4 or 8, plus an `at` that is smaller than it. Write `align: 4`, or `align: { to: 8, at: 2 }`.",
  },
  "c-unnamed": {
    code: "ZC2303",
    topic: "c-layout",
    title: "A C layout without a struct",
    text: "`layout: c` is proved by a C++ compiler against the real struct, and so must say which: `c: { struct: timeval, header: sys/time.h }`.",
  },
  "c-variable": {
    code: "ZC2304",
    topic: "c-layout",
    title: "A field of no fixed length in a C struct",
    text: "A C struct has one size, and each member one offset. A field that may be absent, or whose length the packet tells, is none of its members. Describe it in a header of its own that follows.",
  },
  "c-bit-field": {
    code: "ZC2305",
    topic: "c-layout",
    title: "A bit field in a C struct",
    text: "`offsetof` knows no bit fields, and compilers place them differently, so that their place cannot be proved. Take the whole number as a field, and its bits as values of `let`.",
  },
  "c-misaligned": {
    code: "ZC2306",
    topic: "c-layout",
    title: "A field where C would not put it",
    text: "A C compiler puts each member at a multiple of its size and leaves a gap before it, which this schema lacks. Write the padding down, as the note shows.",
  },
  "c-tail": {
    code: "ZC2307",
    topic: "c-layout",
    title: "A structure that C would make longer",
    text: "The size of a C struct is a multiple of its largest member, so that arrays of it stay aligned; this one is shorter. Write the padding at the end down, as the note shows.",
  },
  "c-stray": {
    code: "ZC2308",
    topic: "c-layout",
    title: "A C struct of what is none",
    text: "`c` names the struct that a schema with `layout: c` equals; without that nothing is proved. Add `layout: c`, or remove `c`.",
  },
  // ZC24xx. Lists of elements with a tag, and switches.
  "list-no-tag": {
    code: "ZC2401",
    topic: "list",
    title: "A key that goes with a tag",
    text: "`length`, `stop`, `align` and `value` say how the elements of a list are walked, and an element is told by its `tag`. The type has none, so that they would mean nothing. Give it a `tag`, or take the key away.",
  },
  "type-no-content": {
    code: "ZC2402",
    topic: "structure",
    title: "A type of nothing",
    text: "A type is a structure with `fields`, or the element of a list with a `tag`. This one is neither, and nothing could be read from it. Write down what it holds.",
  },
  "list-stray-key": {
    code: "ZC2403",
    topic: "list",
    title: "Fields beside a tag",
    text: "What comes before an element's value are the fields of its tag and of its length; what comes after is its `value`. `fields` and `let` have no place beside them. Move the fields to `tag`, `length` or `value`, in wire order.",
  },
  "list-no-length": {
    code: "ZC2404",
    topic: "list",
    title: "An element without a length",
    text: "A walk goes from one element to the next by its length, and this one tells none. Say which field does, and what it counts: `length: { length: u8, counts: element }`.",
  },
  "list-no-field": {
    code: "ZC2405",
    topic: "list",
    title: "A tag or a length without a field",
    text: "`tag` and `length` hold the fields of an element in wire order, beside the words that say more of them. Here are only such words. Add the field.",
  },
  "list-no-place": {
    code: "ZC2406",
    topic: "list",
    title: "A tag or a length of no fixed place",
    text: "Every step of a walk reads tag and length where the schema says, so what stands before an element's value is all fixed. Move what the packet tells the length of into `value`.",
  },
  "list-tag-type": {
    code: "ZC2407",
    topic: "list",
    title: "A tag that is no number",
    text: "Elements are found by their tag, the bits of all its fields as one number. That must be unsigned and have 53 bits at most. Move what does not tell elements apart into `length` or `value`.",
  },
  "list-length-which": {
    code: "ZC2408",
    topic: "list",
    title: "Several fields that may be the length",
    text: "`length` may hold other fields that stand beside the length, such as flags. Which one is the length is then told by its name: call it `length`.",
  },
  "list-length-type": {
    code: "ZC2409",
    topic: "list",
    title: "A length that is no number of bytes",
    text: "A length is an unsigned number of at most 32 bits. Use `u8`, `u16`, `u24`, `u32` or as many bits as the source has.",
  },
  "list-tag-value": {
    code: "ZC2410",
    topic: "list",
    title: "A tag that there cannot be",
    text: "`stop` and `absent` name values of the tag, and the tag has too few bits for this one: it would never be met. Mend the number or widen the tag.",
  },
  "list-absent-place": {
    code: "ZC2411",
    topic: "list",
    title: "A tag alone that comes late",
    text: "`absent` names tags of elements that are nothing but their tag. Whether the length is there is known only when the tag was read, so the tag must come first.",
  },
  "list-absent-bits": {
    code: "ZC2412",
    topic: "list",
    title: "A tag alone that is no whole bytes",
    text: "An element that is its tag alone still has whole bytes. Here the length begins inside the tag's last byte and ends in another, so that it would be cut through. Leave `absent` out, or state the fields as the source has them.",
  },
  "list-align": {
    code: "ZC2413",
    topic: "align",
    title: "An alignment that is no power of two",
    text: "Elements of real protocols begin at multiples of 2, 4, 8 and so on. Check the number; padding of another kind is an element of its own.",
  },
  "not-a-list": {
    code: "ZC2414",
    topic: "list",
    title: "A list of what has no tag",
    text: "`list` names the type of its elements, and elements of a list have a `tag` and a `length`. This type has neither: structures of fixed length one after the other are an `array`.",
  },
  "list-alone": {
    code: "ZC2415",
    topic: "list",
    title: "An element of a list by itself",
    text: "The type describes how the elements of a list are walked, and is read through a cursor over all of them. Say `{ list: NAME, until: end }`, or how many `bytes` the list has.",
  },
  "switch-number": {
    code: "ZC2421",
    topic: "switch",
    title: "A switch over what is no number from 0 on",
    text: "The cases of a switch are numbers from 0 on, so that is what it must be over. Write `x ? 1 : 0` for a condition, and add what makes a negative number positive.",
  },
  "switch-no-cases": {
    code: "ZC2422",
    topic: "switch",
    title: "A switch without cases",
    text: "A switch says what each value leads to: `1: name_of_a_type`, `2: { a: u8 }`, `else: { data: bytes }`. Here is none.",
  },
  "switch-range-empty": {
    code: "ZC2423",
    topic: "switch",
    title: "A range without a number in it",
    text: "The first number of the range is larger than the last, so that no value leads there. Turn them round.",
  },
  "switch-range-outside": {
    code: "ZC2424",
    topic: "switch",
    title: "A case that cannot occur",
    text: "What the switch is over can never have this value, as its bits and rules say. Mend the number, or the width of the field.",
  },
  "switch-twice": {
    code: "ZC2425",
    topic: "switch",
    title: "A value that leads to two cases",
    text: "Each value of a switch leads to one case. Two ranges overlap, or a number lies in a range.",
  },
  // ZC30xx. Expressions.
  "expression-long": {
    code: "ZC3001",
    topic: "expression",
    title: "An expression that is too long",
    text: "An expression may have 500 characters. Give parts of it a name under `let`.",
  },
  "expression-syntax": {
    code: "ZC3002",
    topic: "expression",
    title: "Not an expression",
    text: "The text cannot be read as an expression: something is missing or too much where the caret stands. Expressions have numbers, fields, values, operators and parentheses, written as in TypeScript.",
  },
  "expression-many": {
    code: "ZC3003",
    topic: "expression",
    title: "More than one expression",
    text: "The text holds several expressions or statements, and a value is one. Keep one; the others are values of their own under `let`.",
  },
  "expression-parentheses": {
    code: "ZC3004",
    topic: "expression",
    title: "Parentheses that do not match",
    text: "A parenthesis closes that was never opened. Count them, or write the parts as values under `let`.",
  },
  "expression-size": {
    code: "ZC3005",
    topic: "expression",
    title: "An expression with too many parts",
    text: "Values of `let` that use each other can grow without bound, and so all their parts are counted: 500 are possible. Simplify, or make a field of the structure.",
  },
  "expression-kind": {
    code: "ZC3006",
    topic: "expression",
    title: "Something that expressions do not have",
    text: "Expressions have numbers, fields, values, `+ - * / % << >> & |`, comparisons, `&& || !`, `? :` and parentheses. Texts, calls, members and indexes are not among them, so that each expression surely ends and has a range.",
  },
  "expression-literal": {
    code: "ZC3007",
    topic: "expression",
    title: "A number that is not whole, or too large",
    text: "Numbers in expressions are whole and below 2^53, where they are exact. Scale by a division: `x * 3 / 2` instead of `x * 1.5`.",
  },
  "unknown-operand": {
    code: "ZC3008",
    topic: "unknown-name",
    title: "A name that is not known here",
    text: "The name is neither a field nor a value that is known at this place. Conditions and lengths of fields see the fields before them; values of `let` see all fields and the values above. Take the name that the note suggests, or move it.",
  },
  "operand-absent": {
    code: "ZC3009",
    topic: "expression",
    title: "A field that may be absent",
    text: "The field has a `when`, so that some packets do not have it, and an expression must have a value in each. Use the field that the condition looks at.",
  },
  "operand-not-number": {
    code: "ZC3010",
    topic: "expression",
    title: "A field that is no number",
    text: "Expressions work with whole numbers and flags; this field is an address, bytes, a text, a float, an array or a structure. Use another field.",
  },
  "operand-wide": {
    code: "ZC3011",
    topic: "expression",
    title: "A field of more than 53 bits",
    text: "Expressions are numbers, which are exact up to 53 bits. Split the field into two, or use `as: safe`, which a check makes sure of, in your program.",
  },
  "operator-unary": {
    code: "ZC3012",
    topic: "expression",
    title: "An operator that is not there",
    text: "Before a value stands `!`, for conditions, or `-`, for numbers. `~` and `+` have no use here: mask with `&` instead.",
  },
  "operator-binary": {
    code: "ZC3013",
    topic: "expression",
    title: "An operator that is not there",
    text: "Between two values stands one of `+ - * / % << >> & |`, a comparison, `&&` or `||`. Assignments, `**`, `^` and `>>>` are not there. `!=` is for numbers, and conditions differ in `a ? !b : b`.",
  },
  "choice-mixed": {
    code: "ZC3014",
    topic: "expression",
    title: "Two kinds of value in one choice",
    text: "The two cases of `? :` are a number and a condition. Write two numbers or two conditions.",
  },
  "comparison-constant": {
    code: "ZC3015",
    topic: "expression",
    title: "A comparison that is always the same",
    text: "Both sides are known when the schema is written, so that the condition never changes. Compare a field, or remove the condition.",
  },
  "expression-range": {
    code: "ZC3016",
    topic: "expression",
    title: "A result beyond 53 bits",
    text: "For some packets the result is larger than numbers hold exactly. The message shows the range. Give the fields a narrower range, as in `u32 in 0..65535`, or take narrower fields.",
  },
  "divisor-zero": {
    code: "ZC3017",
    topic: "expression",
    title: "A division by what can be zero",
    text: "For some packets the divisor is 0 or negative. Give the field a range, as in `u8 in 1..255`, which is checked before it is used.",
  },
  "modulo-negative": {
    code: "ZC3018",
    topic: "expression",
    title: "A remainder of what can be negative",
    text: "The sign of a remainder of a negative number is not what most formats mean. Add enough to make it positive, or give the fields a range.",
  },
  "bits-operand": {
    code: "ZC3019",
    topic: "expression",
    title: "A bit operation beyond 31 bits",
    text: "`<< >> & |` work on whole numbers of 0 to 2147483647, as JavaScript's bit operators do. Use `*`, `/` and `%` with a power of two for wider ones: `x / 65536` is `x >> 16`.",
  },
  "shift-count": {
    code: "ZC3020",
    topic: "expression",
    title: "A shift by too many bits",
    text: "A shift by more than 31 bits means something else in JavaScript. Give the field that counts a range, as in `u8 in 0..31`.",
  },
  "shift-range": {
    code: "ZC3021",
    topic: "expression",
    title: "A shift to the left beyond 31 bits",
    text: "The result of `<<` can pass 2147483647, where JavaScript makes it negative. Multiply by the power of two instead: `*` is exact up to 2^53.",
  },
  "number-for-condition": {
    code: "ZC3022",
    topic: "expression",
    title: "A number where a condition is needed",
    text: "`!`, `&&`, `||` and the test of `? :` take conditions. Compare the number, as in `x != 0`.",
  },
  "condition-for-number": {
    code: "ZC3023",
    topic: "expression",
    title: "A condition where a number is needed",
    text: "Arithmetic and comparisons take numbers, and this is true or false. Make a number of it: `x ? 1 : 0`.",
  },
  "rule-condition": {
    code: "ZC3024",
    topic: "expression",
    title: "A number where a rule needs a condition",
    text: "`when` and `unless` are true or false. Compare the number, as in `fragment_offset != 0`.",
  },
  // ZC31xx. Lengths that a header declares.
  "header-shorter": {
    code: "ZC3101",
    topic: "length",
    title: "A header shorter than its fields",
    text: "The declared length is always below what the fields take, so that every packet would be a fault. A unit is often forgotten: `ihl * 4`, as the field counts words of four bytes.",
  },
  "late-length": {
    code: "ZC3102",
    topic: "length",
    title: "A length that is told too late",
    text: "The length of the header is known from its fixed part, before anything of no fixed length is looked at, so that nothing can lead beyond it. Move the field before those, or leave the length out.",
  },
  "stray-header-length": {
    code: "ZC3103",
    topic: "length",
    title: "A value named like the header's length",
    text: "Every class has `headerLength`, the header's length in bytes. A value named `header_length` must be that: say `length: { header: header_length }`, or give it another name.",
  },
  "total-and-payload": {
    code: "ZC3104",
    topic: "length",
    title: "Total and payload together",
    text: "A header declares the length of either itself and what follows (`total`) or what follows alone (`payload`). Two could contradict each other. Keep the one that the source declares.",
  },
  "length-condition": {
    code: "ZC3105",
    topic: "length",
    title: "A condition where a length is needed",
    text: "A length is a number of bytes, and the expression is true or false. Write a number; a length that is not always declared says `when`.",
  },
  "length-range": {
    code: "ZC3106",
    topic: "length",
    title: "A length that can be negative or too large",
    text: "For some packets the length would be negative or beyond 2^32. The message shows the range. Give the fields a range, as in `u4 in 5..15`, which is checked before it is used.",
  },
  "late-payload": {
    code: "ZC3107",
    topic: "length",
    title: "A payload that is counted from an unknown end",
    text: "`payload` counts from the header's end, which is found after the fields of no fixed length, so that their own bound is missing. Declare the header's length too, or `total` instead.",
  },
  // ZC32xx. Checksums.
  "checksum-field": {
    code: "ZC3201",
    topic: "checksum",
    title: "A checksum that does not fit its field",
    text: "Each algorithm gives a number of one width, and some take 16 bits at a time, so that their own field has to begin such a word. Give the field the width that the message names, and look at the place where the source draws it.",
  },
  "pseudo-header-field": {
    code: "ZC3202",
    topic: "checksum",
    title: "A pseudo header of something that is no address",
    text: "`pseudo_header` names the fields that checksums of the payload cover: the addresses. They are whole 16-bit words at a fixed place, and the schema has them. Name those fields.",
  },
  "pseudo-header-parent": {
    code: "ZC3203",
    topic: "checksum",
    title: "A pseudo header without a parent that has one",
    text: "`pseudo_header: parent` takes the addresses of the header before, and the number by which that one leads here. Attach the header to one that says `pseudo_header: [...]`, as IPv4 and IPv6 do, and by the same number to all of them.",
  },
  // ZC40xx. What follows what.
  "next-form": {
    code: "ZC4001",
    topic: "structure",
    title: "A rule that does not say by what",
    text: "A rule of `next` looks at one field, `by: FIELD`, at two under a name, `relation: NAME` with `of: [FIELD, FIELD]`, or at what follows, `peek: u4` with `values`; or it names the header that follows, `to: HEADER`. Write one of the four.",
  },
  "next-no-field": {
    code: "ZC4002",
    topic: "unknown-name",
    title: "A rule over a field that is not there",
    text: "`by` and `of` name fields of the header itself. Take the name that the note suggests, or add the field.",
  },
  "next-type": {
    code: "ZC4003",
    topic: "structure",
    title: "A rule over what cannot choose",
    text: "The next header is looked up by an unsigned number of at most 32 bits. Name such a field.",
  },
  "relation-type": {
    code: "ZC4004",
    topic: "structure",
    title: "A relation over what cannot be one",
    text: "The two fields of a relation, such as ports, are unsigned numbers of at most 16 bits, for which there is a table. Use `by` for wider ones.",
  },
  "attach-no-header": {
    code: "ZC4005",
    topic: "unknown-name",
    title: "A parent that nobody defines",
    text: "The header attaches to one that is neither among your schemas nor bundled. Take the name that the note suggests, or add the parent.",
  },
  "attach-no-rule": {
    code: "ZC4006",
    topic: "attach",
    title: "A parent that nothing follows",
    text: "The parent has no `next`, so that nothing says how to find what follows it. Attach to another header; a parent of your own can get a `next` rule.",
  },
  "attach-no-key": {
    code: "ZC4007",
    topic: "attach",
    title: "A parent that does not choose by that field",
    text: "The parent has rules, and none of that name. The note lists them. `udp.port` is a relation over both ports, `udp.dst_port` one of them.",
  },
  "attach-range": {
    code: "ZC4008",
    topic: "attach",
    title: "A value that the parent's field cannot have",
    text: "The value is larger than the parent's field can hold, so that it would never be found. Correct it: EtherTypes and ports end at 65535, protocols at 255.",
  },
  "attach-twice": {
    code: "ZC4009",
    topic: "attach",
    title: "Two headers for one place",
    text: "It must be certain which header follows: a value leads to one, rows of values lie within each other or apart, the narrower first, and conditions of one rule differ in `priority`, the highest first. The note shows the other place. Take another value, or state a priority; a program that knows better binds at run time, with `stack.bind`.",
  },
  unreachable: {
    code: "ZC4010",
    topic: "unreachable",
    title: "A header that no packet leads to",
    text: "The header is attached to one that is itself attached to nothing, so that `Stack` leaves both out. Their classes are generated and can be used alone. Attach the parent, or name a `link_type`.",
  },
  "attach-value": {
    code: "ZC4011",
    topic: "attach",
    title: "What a header cannot attach to",
    text: "A header follows on a number, on a row of numbers such as `5..9` or `0x0600..`, on a label of the enum of the parent's field, or on a condition over the parent, `{ when: src_port == dst_port }`. Several stand in a list.",
  },
  "next-like": {
    code: "ZC4012",
    topic: "attach",
    title: "A rule that is like one that cannot be",
    text: "`like: ethernet.ether_type` lets whatever attached there follow here too. It names a rule of another header, over values that fit here, and one that is not like a third itself. Take the name that the note suggests.",
  },
  // ZC90xx. Words of the language that this version does not speak yet.
  "key-not-yet": {
    code: "ZC9001",
    topic: "not-yet",
    title: "A key of a later version",
    text: "The key is part of the schema language and not of this version. It is refused rather than ignored, as an ignored key would be a layout that is silently wrong. Use a newer zc-gen, or describe the bytes by `bytes`.",
  },
  "type-not-yet": {
    code: "ZC9002",
    topic: "not-yet",
    title: "A type of a later version",
    text: "The type is part of the schema language and not of this version. Use a newer zc-gen, or describe the bytes by `bytes`.",
  },
  "rule-not-yet": {
    code: "ZC9003",
    topic: "not-yet",
    title: "A rule of a later version",
    text: "The rule is part of the schema language and not of this version. Write `= 4`, `in 5..15`, `multiple of 4` or `reserved`.",
  },
  "array-in-place-not-yet": {
    code: "ZC9005",
    topic: "not-yet",
    title: "An element described in place",
    text: "The element of an array is named in this version. Give the structure a name under `types`, and name it.",
  },
  "struct-own-length": {
    code: "ZC9008",
    topic: "not-yet",
    title: "Elements of no fixed length",
    text: "In this version the elements of an array have a fixed length, or are structures that say their own. A number or a name of no fixed length needs a structure around it; a structure that says where its payload ends cannot be part of another. Elements with a tag and a length are a `list`.",
  },
} as const;

/** What `Diagnostics.error` takes: so none can be made without a number. */
export type DiagnosticName = keyof typeof DIAGNOSTIC_TABLE;

/** All entries, in the order of their numbers. */
export function diagnosticEntries(): readonly DiagnosticEntry[] {
  return Object.values(DIAGNOSTIC_TABLE);
}

/** The entry of `ZC1042`, in capitals or not; undefined when there is none. */
export function diagnosticEntry(code: string): DiagnosticEntry | undefined {
  return diagnosticEntries().find((entry) => entry.code === code.toUpperCase());
}
