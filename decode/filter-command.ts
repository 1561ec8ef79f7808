import { parseArgs } from "node:util";
import {
  completeFilter,
  filter,
  FilterError,
  fromTcpdump,
  programText,
  type Filter,
} from "../filter/index.js";
import { Stack } from "../generated/index.js";
import type { DecodeHost } from "./command.js";
import { UsageError } from "./options.js";
import { stackWith } from "./own-protocols.js";

const HELP = `Usage: zc-gen filter EXPRESSION [options]

Checks a filter, and tells what the kernel runs of it. docs/filters.md has the language.

Options:
  --explain        the program, in tcpdump's manner, and why it lets more pass than what matches
  --ddd            the program as numbers, as tcpdump -ddd prints them
  --emit ts        a TypeScript module whose on(stack) is the filter: faster than closures made at run time
  --stack MODULE   where that imports Stack from; default zc-gen/protocols
  --cooked         for packets without link-layer headers; default Ethernet
  --tcpdump        EXPRESSION is tcpdump's: prints it in our language
  --ethernet       with --tcpdump: headers right behind Ethernet's alone, as tcpdump means it; the shorter program
  --complete       what the last word of an unfinished expression can become, one a line
  --schemas DIR    protocols of your own; can be given again
  --help           print this help

Examples:
  zc-gen filter 'udp.port == 53 && ipv4.addr in 10.0.0.0/8' --explain
  zc-gen filter 'tcp port 80 and host 10.1.2.3' --tcpdump
  zc-gen filter 'tcp.s' --complete

Exit codes: 0 a filter, 2 none
`;

const OPTIONS = {
  explain: { type: "boolean" },
  ddd: { type: "boolean" },
  emit: { type: "string" },
  stack: { type: "string" },
  cooked: { type: "boolean" },
  tcpdump: { type: "boolean" },
  ethernet: { type: "boolean" },
  complete: { type: "boolean" },
  schemas: { type: "string", multiple: true },
  help: { type: "boolean" },
} as const;

/** `zc-gen filter` with the arguments behind it; the result is the exit code. */
export async function filterCommand(
  args: readonly string[],
  { stdout, stderr }: Pick<DecodeHost, "stdout" | "stderr">,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help === true) stdout.write(HELP);
    else stdout.write(await answer(positionals.join(" "), values));
    return 0;
  } catch (error) {
    const isUsers =
      error instanceof FilterError ||
      error instanceof UsageError ||
      (error instanceof Error && "code" in error);
    if (!isUsers) throw error;
    stderr.write(`zc-gen filter: ${error.message}\n`);
    return 2;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

async function answer(text: string, values: Values): Promise<string> {
  const { explain, ddd, emit, cooked, complete, tcpdump, ethernet, schemas = [] } = values;
  const stack = schemas.length === 0 ? Stack : await stackWith(schemas);
  if (complete === true) return completeFilter(text, { stack }).map((name) => `${name}\n`).join(""); // prettier-ignore
  const isExact = ethernet === true;
  const found = filter(tcpdump === true ? fromTcpdump(text, { isExact }) : text, { stack });
  const translated = tcpdump === true ? `${found.text}\n` : "";
  if (emit === "ts") return found.moduleText(values.stack === undefined ? {} : { stackModule: values.stack });
  if (emit !== undefined) throw new UsageError(`--emit ${emit}: only ts is known`);
  if (ddd === true) return numbers(found, cooked === true);
  return explain === true ? `${translated}${explained(found, cooked === true)}` : translated;
}

function numbers(found: Filter, isCooked: boolean): string {
  const { instructions } = found.program({ isCooked });
  const lines = instructions.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`);
  return `${[instructions.length, ...lines].join("\n")}\n`;
}

function explained(found: Filter, isCooked: boolean): string {
  const { instructions, isExact, reasons } = found.program({ isCooked });
  const rest = isExact
    ? "Exactly the packets pass that match."
    : ["Of what passes, the rest is told apart after decoding, by the whole expression:", ...reasons].join(
        "\n  ",
      );
  return `The kernel runs ${instructions.length} instructions:\n${programText(instructions)}\n\n${rest}\n`;
}
