// Every name of the runtime that generated code uses stands here: a rename there is one edit.

/** Imported as values. */
export const RUNTIME_VALUES: readonly string[] = [
  "adjustedChecksum",
  "adler32",
  "bytesEqual",
  "checksumAround",
  "copyBytes",
  "crc32",
  "crc32c",
  "decodeText",
  "defineLayout",
  "elementIndex",
  "Elements",
  "faultCode",
  "fieldFault",
  "findByte",
  "fletcher16",
  "fletcher32",
  "formatIpv4",
  "formatIpv6",
  "formatMac",
  "formatScaled",
  "formatTime",
  "Header",
  "HOST_LITTLE_ENDIAN",
  "internetChecksum",
  "isUnsure",
  "joinFraction",
  "layerPresence",
  "List",
  "leadingValues",
  "leb128BigInt",
  "leb128End",
  "leb128Number",
  "leb128Size",
  "lookupTable",
  "nameEquals",
  "nameSize",
  "nameText",
  "parseIpv4",
  "parseIpv6",
  "PARKED",
  "parseMac",
  "parseScaled",
  "parseTime",
  "presenceById",
  "quicBigInt",
  "quicEnd",
  "quicNumber",
  "quicSize",
  "signExtend",
  "StackBase",
  "sumWords",
  "writeBytes",
  "writeLeb128",
  "writeQuic",
];

/** Imported as types. */
export const RUNTIME_TYPES: readonly string[] = [
  "ChecksumStatus",
  "ChecksumVerdict",
  "DefinedLayout",
  "EnumLayout",
  "HeaderClass",
  "LayerPresence",
  "PacketBounds",
  "PayloadState",
  "PseudoHeader",
];

/** The agreement with the runtime that this generator writes code for: `RUNTIME_ABI` there. */
export const RUNTIME_ABI: number = 1;

/** The package's entry with the bundled decoders. */
export const PROTOCOLS_MODULE: string = "zc-gen/protocols";
