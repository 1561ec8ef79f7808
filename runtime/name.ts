// Domain names as DNS has them (RFC 1035 §3.1), with compression (§4.1.4).

/** Bytes of a name, with its length bytes and the last zero (RFC 1035 §2.3.4). It has room for 127 labels. */
const MAX_NAME_BYTES = 255;
/** No name needs more pointers than it can have labels. */
const MAX_POINTERS = 127;
const POINTER = 0xc0;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/**
 * How many bytes a name takes at `at`: its labels up to the zero or the first pointer, which is not followed. 0 when it
 * runs past `end`, -1 when it has a label of a kind that there is not, or too many bytes.
 */
export function nameSize(view: DataView, at: number, end: number): number {
  let place = at;
  while (place < end) {
    const length = view.getUint8(place);
    if (length >= POINTER) return place + 2 <= end ? place + 2 - at : 0;
    if (length > 63 || place + 1 + length - at > MAX_NAME_BYTES) return -1;
    place += length + 1;
    if (length === 0) return place - at;
  }
  return 0;
}

/**
 * The labels of a name, one after the other. Pointers count from `base` and lead strictly backwards, from where the labels
 * began that end in them; so a walk ends for any bytes.
 */
class NameWalk {
  /** The first byte of the label. */
  place: number = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private nextPlace: number = 0;
  private runStart: number = 0;
  private base: number = 0;
  private end: number = 0;
  private bytes: number = 0;
  private pointers: number = 0;

  start(view: DataView, at: number, base: number, end: number): this {
    this.view = view;
    this.nextPlace = at;
    this.runStart = at;
    this.base = base;
    this.end = end;
    this.bytes = 1;
    this.pointers = 0;
    return this;
  }

  /** Goes to the next label and gives its length: 0 after the last, -1 where none can be. */
  next(): number {
    for (;;) {
      const at = this.nextPlace;
      if (at >= this.end) return -1;
      const length = this.view.getUint8(at);
      if (length < POINTER) return this.label(at, length);
      if (!this.follow(at)) return -1;
    }
  }

  private label(at: number, length: number): number {
    if (length === 0) return 0;
    this.bytes += length + 1;
    this.place = at + 1;
    this.nextPlace = at + 1 + length;
    return length > 63 || this.bytes > MAX_NAME_BYTES || this.nextPlace > this.end ? -1 : length;
  }

  private follow(at: number): boolean {
    if (at + 2 > this.end || ++this.pointers > MAX_POINTERS) return false;
    const target = this.base + (this.view.getUint16(at) & 0x3fff);
    if (target < 0 || target >= this.runStart) return false;
    this.nextPlace = target;
    this.runStart = target;
    return true;
  }
}

/** Names are read one at a time, so one walk is enough for all. */
const WALK = new NameWalk();

/**
 * A name as text, `example.com`, the root as `.`: dots and backslashes in labels after a backslash, bytes that are no
 * printable ASCII as `\DDD` (RFC 1035 §5.1). `undefined` where a pointer or a label cannot be. Allocates: ask when the
 * text is needed. `base`: the first byte of the message, negative where nobody said; `end`: where it ends.
 */
export function nameText(view: DataView, at: number, base: number, end: number): string | undefined {
  const walk = WALK.start(view, at, base, end);
  let text = "";
  for (let length = walk.next(); length !== 0; length = walk.next()) {
    if (length < 0) return undefined;
    if (text !== "") text += ".";
    for (let i = 0; i < length; i++) text += byteText(view.getUint8(walk.place + i));
  }
  return text === "" ? "." : text;
}

/** Whether a name is that text, capitals or not (RFC 4343); a dot at its end is the same name. Allocates nothing. */
export function nameEquals(view: DataView, at: number, base: number, end: number, text: string): boolean {
  const walk = WALK.start(view, at, base, end);
  let index = 0;
  for (let length = walk.next(); length !== 0; length = walk.next()) {
    if (length < 0) return false;
    if (index > 0 && text.charCodeAt(index++) !== DOT) return false;
    for (let i = 0; i < length; i++) {
      index = afterByte(text, index, view.getUint8(walk.place + i));
      if (index < 0) return false;
    }
  }
  return index === text.length || (index === text.length - 1 && text.charCodeAt(index) === DOT);
}

function byteText(byte: number): string {
  if (byte === DOT || byte === BACKSLASH) return `\\${String.fromCharCode(byte)}`;
  return isPrintable(byte) ? String.fromCharCode(byte) : `\\${byte.toString().padStart(3, "0")}`;
}

/** Where `text` goes on after the byte that stands in it at `index`, or -1. */
function afterByte(text: string, index: number, byte: number): number {
  const code = text.charCodeAt(index);
  if (code !== BACKSLASH) {
    return lowerCase(code) === lowerCase(byte) && isPrintable(byte) && byte !== DOT ? index + 1 : -1;
  }
  if (byte === DOT || byte === BACKSLASH) return text.charCodeAt(index + 1) === byte ? index + 2 : -1;
  if (isPrintable(byte)) return -1;
  let value = 0;
  for (let i = 1; i <= 3; i++) value = value * 10 + text.charCodeAt(index + i) - 0x30;
  return value === byte ? index + 4 : -1;
}

function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/**
 * The bytes of a name, without pointers, from text as `nameText` gives it; `undefined` for a label of no or more than 63
 * bytes, or more than 255 bytes in all.
 */
export function encodeName(text: string): number[] | undefined {
  const bytes: number[] = [];
  for (const label of labelsOf(text)) {
    if (label.length === 0 || label.length > 63) return undefined;
    bytes.push(label.length, ...label);
  }
  return bytes.length < MAX_NAME_BYTES ? [...bytes, 0] : undefined;
}

/** A dot or a backslash after a backslash is part of its label, and so is a byte as `\\DDD` (RFC 1035 §5.1). */
function labelsOf(text: string): number[][] {
  if (text === "" || text === ".") return [];
  const labels: number[][] = [[]];
  for (const [part, decimal, escaped] of text.matchAll(/\\([0-9]{3})|\\(.)|[^\\.]+|\.|\\$/gsu)) {
    if (part === ".") labels.push([]);
    else if (decimal !== undefined) labels.at(-1)?.push(Number(decimal) & 255);
    else labels.at(-1)?.push(...new TextEncoder().encode(escaped ?? part));
  }
  if (labels.at(-1)?.length === 0) labels.pop();
  return labels;
}
