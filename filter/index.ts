// The public entry `zc-gen/filter`: which packets one wants, said in the names of the schemas.
export type { KernelProgram, KernelTarget } from "./bpf.js";
export { FilterError, type FilterErrorCode } from "./error.js";
export type { BpfInstruction } from "./bpf-emit.js";
export { programText } from "./bpf-text.js";
export { fanoutProgram } from "./fanout.js";
export { completeFilter, Filter, filter, type FilterOptions } from "./filter.js";
export type { EmitOptions } from "./emit-ts.js";
export { fromTcpdump, type TcpdumpOptions } from "./tcpdump.js";
export type { FilterPacket, PacketTest } from "./packet.js";
