// Statements that have their form already: prettier would leave them as they are, so nobody has to parse them. Operators
// that bind differently never meet in one without the parentheses that prettier gives them.
import { PRINT_WIDTH } from "./style-width.js";

const NUMBER = "(?:0x[0-9a-f]+|0|[1-9]\\d*)";
const COMMENT = "(?: /\\* [\\w, ]+ \\*/)?";
const PATH = "[a-zA-Z]\\w*(?:\\.\\w+)*";
const NAME_OR_NUMBER = `(?:${PATH}|${NUMBER})`;
const SUM = `${PATH}(?:(?: [+] ${NAME_OR_NUMBER}){1,2}| (?:[-*/]|>>>?) ${NAME_OR_NUMBER})?`;
const PLAIN = `(?:${SUM}|${NUMBER}${COMMENT}|"[\\w -]*")`;
const CALL = call(PLAIN);
const VALUE = `(?:${PATH}|${CALL})`;
/** `0xf0` of what was there, and a number, of which only some bits may be meant, or a flag in its place. */
const MOVED = `(?:\\(value << ${NUMBER}\\)|value)`;
const GIVEN = `(?:${MOVED}|\\(${MOVED} & ${NUMBER}\\)|\\(value \\? ${NUMBER} : 0\\))`;
const MERGED = `\\(${CALL} & ${NUMBER}\\) \\| ${GIVEN}`;
const ELEMENT = `${PATH}(?: \\+ ${NUMBER})? \\+ ${CALL} \\* ${NUMBER}`;
const CALL_OF_CALLS = call(`(?:${CALL}(?: [+-] ${NUMBER})?|${MERGED}|${ELEMENT}|${PLAIN})`);
const COMPARISON = `${VALUE} (?:===|!==|[<>]=?) ${NAME_OR_NUMBER}`;
const BITS = `(?:\\(value / ${NUMBER}\\) & ${NUMBER}|${VALUE} & ${NUMBER}|\\(${VALUE} >>>? ${NUMBER}\\) & ${NUMBER}|${VALUE} >>>? ${NUMBER})`;
const DIFFERENCE = `${PATH} - \\(${PATH} \\+ ${NUMBER}\\)`;
const JOINED = `\\(${CALL} << ${NUMBER}\\) \\| ${CALL}`;
const ROOM = `${PATH} - ${PATH} < ${NAME_OR_NUMBER}`;
const FLAG = `\\(${VALUE} & ${NUMBER}\\) !== 0`;
const EITHER = `${COMPARISON} \\? ${NAME_OR_NUMBER} : ${SUM}`;
const ADDRESS = `${PATH} === \\(typeof address === "string" \\? ${CALL} : address\\)`;
const RESULT = [
  `(?:new )?${CALL_OF_CALLS}`,
  ...[PLAIN, COMPARISON, BITS, DIFFERENCE, JOINED, FLAG, EITHER, ELEMENT, ADDRESS],
].join("|");
const BOUND = `value !== (?:\\(value & ${NUMBER}\\)|value >>> 0|high \\* ${NUMBER} \\+ \\(value >>> 0\\))`;
const REFUSAL = `if \\((?:${COMPARISON}|${ROOM}|${BOUND}|${FLAG})\\) (?:throw|return) (?:${CALL}|${NAME_OR_NUMBER})`;

/** One statement on its line. */
const SETTLED = new RegExp(
  `^(?:(?:return |const \\w+ = |${PATH} = )(?:${RESULT})|${CALL_OF_CALLS}|${REFUSAL});$`,
);

/** What each of several values gives. */
const SWITCH = new RegExp(
  `^switch \\(${PATH}\\) \\{\\n(?:  case ${NUMBER}:\\n    return ${PATH};\\n)+  default:\\n    return ${PATH};\\n\\}$`,
);

/** Of the statements in a class's members; longer ones may have to be broken. */
const INDENT = 4;

function call(argument: string): string {
  return `${PATH}\\((?:${argument}(?:, ${argument})*)?\\)`;
}

/** What was asked before: most statements occur again and again. */
const known = new Map<string, boolean>();

/** Whether prettier would write the statement the same way in the body of a member. */
export function isSettled(statement: string): boolean {
  const before = known.get(statement);
  if (before !== undefined) return before;
  const fits = statement.split("\n").every((line) => line.length + INDENT <= PRINT_WIDTH);
  const settled = fits && (SETTLED.test(statement) || SWITCH.test(statement));
  known.set(statement, settled);
  return settled;
}

/** The names in settled code that may refer to something outside: those after a dot do not. */
export function namesIn(code: string): Set<string> {
  return new Set(code.replaceAll(/"[^"]*"/g, "").match(/(?<![\w.])[A-Za-z]\w*/g));
}
