// The public entry `zc-gen`: what generated code stands on, and what its users hold in their hands.
export { formatIpv4, formatIpv6, formatMac, parseIpv4, parseIpv6, parseMac } from "./address.js";
export { buildPacket, finalizePacket, layersOf, type Layer } from "./build.js";
export { PacketTemplate } from "./packet-template.js";
export { BuildError } from "./build-error.js";
export { fieldsOf, type FieldsOf } from "./build-fields.js";
export type { AnyFields } from "./build-plan.js";
export {
  adjustedChecksum,
  checksumAround,
  internetChecksum,
  sumWords,
  type ChecksumFunction,
} from "./checksum.js";
export {
  isUnsure,
  type ChecksumStatus,
  type ChecksumVerdict,
  type PayloadState,
  type PseudoHeader,
} from "./checksum-verdict.js";
export { crc32, crc32c } from "./crc.js";
export { adler32, fletcher16, fletcher32 } from "./running-sums.js";
export { Fault, FAULT_ERROR_CODES, faultCode, faultField, fieldFault, isIncomplete } from "./fault.js";
export { Header, viewOf, type HeaderClass } from "./header.js";
export { Elements } from "./elements.js";
export { PARKED } from "./parked.js";
export { placed, unplaced } from "./placed.js";
export { FramingError, MessageFramer, type FramerOptions } from "./framing.js";
export { fieldMeaning } from "./dump.js";
export {
  fieldBytes,
  type Fielded,
  fieldToJSON,
  hexText,
  isPresent,
  jsonText,
  type JsonObject,
  type JsonValue,
  withElements,
  withList,
} from "./json.js";
export { wrapLax, type Lax } from "./lax.js";
export { LayoutError, type LayoutErrorDetail } from "./layout-error.js";
export {
  defineLayout,
  enumLabel,
  HOST_LITTLE_ENDIAN,
  requireAbi,
  RUNTIME_ABI,
  type DefinedLayout,
  type EnumLayout,
  type FieldLayout,
  type GeneratedBy,
  type Layout,
  type ListLayout,
} from "./layout.js";
export { FieldValueError } from "./value-error.js";
export { List, type ListClass } from "./list.js";
export { formatScaled, formatTime, joinFraction, parseScaled, parseTime } from "./scaled.js";
export {
  leb128BigInt,
  leb128End,
  leb128Number,
  leb128Size,
  quicBigInt,
  quicEnd,
  quicNumber,
  quicSize,
  writeLeb128,
  writeQuic,
} from "./varint.js";
export { nameEquals, nameSize, nameText } from "./name.js";
export { decodeText, findByte, findText, textStands, type TextEncoding } from "./text.js";
export {
  layerPresence,
  leadingValues,
  lookupTable,
  presenceById,
  StackBase,
  type LayerPresence,
  type PacketBounds,
} from "./stack.js";
export { bytesEqual, copyBytes, elementIndex, signExtend, writeBytes } from "./bytes.js";
