const PLACES = 1024;

/** Texts of numbers that come again and again, addresses: each number has one place, which the last one there keeps. */
export class TextCache {
  private readonly format: (value: number) => string;
  private readonly values: Float64Array = new Float64Array(PLACES).fill(-1);
  private readonly texts: string[] = new Array<string>(PLACES).fill("");

  constructor(format: (value: number) => string) {
    this.format = format;
  }

  /** The text of a number, 0 or above. */
  of(value: number): string {
    const low = value >>> 0;
    const place = (low ^ (low >>> 10) ^ (low >>> 20)) & (PLACES - 1);
    if (this.values[place] !== value) {
      this.values[place] = value;
      this.texts[place] = this.format(value);
    }
    return this.texts[place] as string;
  }
}
