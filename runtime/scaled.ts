// Numbers that count parts of a whole, and times: exactly, as text.

/** Seconds from 1970 that `Date` can hold, either way (ECMA-262 §21.4.1.1). */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/**
 * `value / scale` in decimal digits, exactly. `scale` has no factors but 2 and 5, as a schema's has. Scales of 10, 100
 * and so on keep all their digits, as prices do; others as many as it takes.
 */
export function formatScaled(value: number | bigint, scale: number): string {
  const all = BigInt(value);
  const by = BigInt(scale);
  const size = all < 0n ? -all : all;
  const digits = decimalsOf(scale);
  const decimals = digits === 0 ? "" : fractionText(size % by, by, digits);
  return `${all < 0n ? "-" : ""}${size / by}${decimals}`;
}

/**
 * The number whose {@link formatScaled} is `text`; `101.25` as well as `101.2500`.
 *
 * @throws TypeError for what is no decimal number, or lies between two steps of `1 / scale`.
 */
export function parseScaled(text: string, scale: number): bigint {
  const parts = /^(-?)(\d{1,30})(?:\.(\d{1,60}))?$/.exec(text);
  if (parts === null) throw new TypeError(`a decimal number was expected, not ${JSON.stringify(text)}`);
  const [, sign = "", whole = "0", decimals = ""] = parts;
  const unit = 10n ** BigInt(decimals.length);
  const scaled = (BigInt(whole) * unit + BigInt(decimals === "" ? 0 : decimals)) * BigInt(scale);
  if (scaled % unit !== 0n) throw new TypeError(`${text} is no multiple of 1/${scale}`);
  return sign === "" ? scaled / unit : -scaled / unit;
}

/**
 * The time `value / scale` seconds after `epoch` (in seconds from 1970), in UTC: `2024-02-29T12:00:00.25Z`, with all
 * digits that there are. Times beyond those of `Date` are seconds: `18446744073709551615 s`.
 */
export function formatTime(value: number | bigint, scale: number, epoch: number): string {
  const all = BigInt(value);
  const by = BigInt(scale);
  const rest = ((all % by) + by) % by;
  const seconds = (all - rest) / by + BigInt(epoch);
  if (seconds > MAX_DATE_SECONDS || seconds < -MAX_DATE_SECONDS) return `${formatScaled(all, scale)} s`;
  const digits = decimalsOf(scale);
  const decimals = digits === 0 ? "" : fractionText(rest, by, digits);
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", `${decimals}Z`);
}

/**
 * The number whose {@link formatTime} is `text`.
 *
 * @throws TypeError for what is no such time, or lies between two steps of `1 / scale`.
 */
export function parseTime(text: string, scale: number, epoch: number): bigint {
  const parts = /^([+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,60})?Z$/.exec(text);
  const seconds = parts === null ? NaN : Date.parse(`${parts[1]}Z`) / 1000;
  if (!Number.isInteger(seconds)) {
    throw new TypeError(`a time such as 2024-02-29T12:00:00.25Z was expected, not ${JSON.stringify(text)}`);
  }
  return BigInt(seconds - epoch) * BigInt(scale) + parseScaled(`0${parts?.[2] ?? ""}`, scale);
}

/** Seconds and parts of a second, `scale` of which are one, as parts. */
export function joinFraction(seconds: number | bigint, parts: number | bigint, scale: number): bigint {
  return BigInt(seconds) * BigInt(scale) + BigInt(parts);
}

function fractionText(rest: bigint, by: bigint, digits: number): string {
  const text = ((rest * 10n ** BigInt(digits)) / by).toString().padStart(digits, "0");
  const shown = 10n ** BigInt(digits) === by ? text : text.replace(/0+$/, "");
  return shown === "" ? "" : `.${shown}`;
}

/** How many decimal digits a multiple of `1 / scale` can have. */
function decimalsOf(scale: number): number {
  const twos = timesIn(scale, 2);
  const fives = timesIn(scale, 5);
  return Math.max(twos, fives);
}

function timesIn(value: number, factor: number): number {
  let times = 0;
  for (let rest = value; rest > 1 && rest % factor === 0; rest /= factor) times++;
  return times;
}
