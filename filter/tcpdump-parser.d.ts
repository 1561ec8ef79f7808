import type { TcpdumpLimits, TcpdumpSyntax } from "./tcpdump-syntax.js";

/** The parser that peggy writes from tcpdump.peggy. @throws TcpdumpSyntaxError for what is no expression */
export function parse(text: string, limits: TcpdumpLimits): TcpdumpSyntax;
