// Every name that generated code has is made here.

/** `tp_next_offset` -> `tpNextOffset`. */
export function camelCase(name: string): string {
  const joined = name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return joined.replace(/_+$/, "");
}

/** `tpacket3_hdr` -> `Tpacket3Hdr`. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** `tpacket3_hdr` -> `tpacket3-hdr`, the file name without its ending. */
export function fileStem(name: string): string {
  const stem = name.replace(/_+/g, "-").replace(/-$/, "");
  return RESERVED_STEMS.has(stem) ? `${stem}-header` : stem;
}

/** Our own files, and names that Windows keeps for devices. */
const RESERVED_STEMS = new Set(
  "index stack zc-runtime con prn aux nul com1 com2 com3 com4 lpt1 lpt2 lpt3".split(" "),
);

/** The class of a header or type; `$` where the name is taken by JavaScript or by generated code itself. */
export function className(name: string): string {
  const pascal = pascalCase(name);
  return RESERVED_CLASSES.has(pascal) ? `${pascal}$` : pascal;
}

/** The object with an enum's labels. */
export function enumFactsName(enumClass: string): string {
  return `${enumClass}Enum`;
}

/**
 * The accessor of a field; `$` where every accessor already has such a member, or one of those `derived` from it:
 * bytes named `payload` would bring a second `payloadOffset`. A list's cursor has more members of its own.
 */
export function memberName(
  name: string,
  derived: (member: string) => readonly string[] = (member) => [member],
  inList: boolean = false,
): string {
  const camel = camelCase(name);
  const taken = (member: string): boolean =>
    RESERVED_MEMBERS.has(member) || /^slot\d+$/.test(member) || (inList && RESERVED_LIST_MEMBERS.has(member));
  return derived(camel).some(taken) ? `${camel}$` : camel;
}

/** A name for a local in generated code. */
export function localName(name: string): string {
  const camel = camelCase(name);
  return RESERVED_WORDS.has(camel) || RESERVED_LOCALS.has(camel) || /^(word|back)\d+$/.test(camel)
    ? `${camel}$`
    : camel;
}

/** The member of an enum's object: `maximum_segment_size` -> `maximumSegmentSize`. */
export function labelName(label: string): string {
  const camel = camelCase(label);
  return /^[0-9]/.test(camel) ? `$${camel}` : camel;
}

const RESERVED_CLASSES = new Set(
  (
    "Header HeaderClass List ListClass Elements Stack StackBase Fault Layout LayoutError DefinedLayout PacketBounds JsonObject Array ArrayBuffer " +
    "BigInt Boolean DataView Date Error Function Infinity JSON Map Math NaN Number Object Promise Proxy RangeError Reflect " +
    "RegExp Set String Symbol TypeError Uint8Array ArrayLike EnumLayout ChecksumStatus ChecksumVerdict PayloadState PseudoHeader GENERATED PRESENCE"
  ).split(" "),
);

/** What `Header` has, what the generator adds to every class, and what every object has. */
const RESERVED_MEMBERS = new Set(
  (
    "view offset end wrap validate headerLength payloadOffset payloadEnd capturedEnd declaredLength truncated trailing " +
    "isWrapped park layout wrapOrThrow explain toJSON toString hexDump fail readHeaderLength faultOffset faultEnd lookAt " +
    "valueAt headerBytes bodyEnd refuse init clear slotAt startOf claimedHeaderLength valueError namedValueError addressSum isFragment setLengths carry constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString valueOf " +
    "prototype arguments caller case nameBase enclosing"
  ).split(" "),
);

/** What `List` has beyond that. */
const RESERVED_LIST_MEMBERS = new Set(
  (
    "first next find findNext tag value valueOffset valueEnd valueLength valueBytes valueFault over start fault stopOffset " +
    "nextOffset another elementToJSON rewind leave stopAt lacking broken refuse finish single isCut valueToJSON bytesFrom " +
    "faultRequired faultHave"
  ).split(" "),
);

/** Names that generated method bodies use themselves. */
const RESERVED_LOCALS = new Set(
  (
    "offset end view header fault room stop total headerLength value at limit size start key next " +
    "fieldFault faultCode signExtend findByte findText found textStands prefix most quicSize quicEnd quicNumber quicBigInt leb128Size leb128End " +
    "leb128Number leb128BigInt element left nameSize trailer"
  ).split(" "),
);

const RESERVED_WORDS = new Set(
  (
    "arguments as async await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function get if implements import in instanceof interface let new null of package private protected " +
    "public return set static super switch this throw true try type typeof undefined var void while with yield"
  ).split(" "),
);

const STACK_MEMBERS = new Set(
  (
    "view fault decode has park present layers payloadOffset payloadEnd explain toJSON toString hexDump stop again refuse walkFrom outermost " +
    "found expected settle childOf cursors values walk walked decodeOther decodeBytes lastMask countOf headerAt faultHeader " +
    "faultOffset faultEnd linkType pending repeating depths path steps before parkStale parkPath enter explainAt first " +
    "packetOffset packetEnd constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString valueOf bind bound bindings rules headerOf addLayer presence walkedOver cursorOf refuseLinkType layerClasses headersOf leads"
  ).split(" "),
);

/** The method of `Stack` that enters a layer; `enterLinkType` is there already. */
export function enterMethodName(name: string): string {
  const method = `enter${pascalCase(name)}`;
  return method === "enterLinkType" ? `${method}$` : method;
}

/** The method of `Stack` that tells what follows a layer. */
export function childMethodName(name: string): string {
  return `childOf${pascalCase(name)}`;
}

/** A layer's cursor in `Stack`. */
export function stackMember(name: string): string {
  const camel = camelCase(name);
  return STACK_MEMBERS.has(camel) || /^(enter[A-Z]|from[A-Z]|park[A-Z]|childOf[A-Z])|(At|Count)$/.test(camel)
    ? `${camel}$`
    : camel;
}
