// The public entry `zc-gen/filter`: which packets one wants, said in the names of the schemas.
export { FilterError, type FilterErrorCode } from "./error.js";
export { Filter, filter, type FilterOptions } from "./filter.js";
export type { FilterPacket, PacketTest } from "./packet.js";
