import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FramingError, type Header, LayoutError, MessageFramer } from "zc-gen";
import { Udp } from "zc-gen/protocols";
import { Telemetry } from "../../examples/tcp-framing/gen/index.js";

interface Message {
  readonly sensor: number;
  readonly unit: string;
  readonly values: readonly number[];
}

/** Laid out by hand, as the schema in examples/tcp-framing says. */
function encode({ sensor, unit, values }: Message): Uint8Array {
  const text = new TextEncoder().encode(unit);
  const bytes = new Uint8Array(9 + text.length + 2 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x5a47);
  view.setUint16(2, bytes.length);
  view.setUint32(4, sensor);
  view.setUint8(8, text.length);
  bytes.set(text, 9);
  for (const [i, value] of values.entries()) view.setInt16(9 + text.length + 2 * i, value);
  return bytes;
}

function decode(message: Telemetry): Message {
  const values = Array.from({ length: message.valuesCount }, (_, i) => message.valuesAt(i));
  return { sensor: message.sensor, unit: message.unitText, values };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Pieces of a stream, cut at these places. */
function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (stream.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, i) => stream.subarray(from, ends[i] ?? stream.length));
}

/** The error's code, which callers match on. */
function codeOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    return (error as LayoutError).code;
  }
}

const ONE: Message = { sensor: 7, unit: "hPa", values: [1013, -3] };
const ignore = (): void => undefined;

describe("messages of a stream", () => {
  it("are the same however it is cut, in a buffer just large enough", () => {
    const message = fc.record({
      sensor: fc.nat(2 ** 32 - 1),
      unit: fc.string({ maxLength: 20 }),
      values: fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 20 }),
    });
    const places = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), places, (messages, at) => {
        const parts = messages.map(encode);
        const framer = new MessageFramer(Telemetry, {
          maxBytes: Math.max(...parts.map((part) => part.length)),
        });
        const found: Message[] = [];
        for (const chunk of cut(joined(parts), at)) framer.push(chunk, (one) => found.push(decode(one)));
        expect(found).toEqual(
          messages.map((one) => ({
            ...one,
            unit: new TextDecoder().decode(new TextEncoder().encode(one.unit)),
          })),
        );
        framer.finish();
      }),
      { numRuns: 200 },
    );
  });

  it("come byte by byte", () => {
    const framer = new MessageFramer(Telemetry);
    const bytes = encode(ONE);
    const counts = [...bytes].map((byte) => {
      let count = 0;
      framer.push(Uint8Array.of(byte), () => count++);
      return count;
    });
    expect(counts).toEqual([...Array.from({ length: bytes.length - 1 }, () => 0), 1]);
    expect(framer.pending).toBe(0);
  });

  it("see none of the next one's bytes, and nothing once the framer went on", () => {
    const framer = new MessageFramer(Telemetry);
    const kept: Telemetry[] = [];
    framer.push(joined([encode(ONE), encode(ONE)]), (one) => {
      expect([one.capturedEnd - one.offset, one.trailing, one.truncated]).toEqual([encode(ONE).length, 0, 0]);
      kept.push(one);
    });
    expect(() => kept[0]?.sensor).toThrow(RangeError);
  });

  it("are read from anything that gives bytes", async () => {
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* cut(joined([encode(ONE), encode({ ...ONE, sensor: 8 })]), [1, 13, 20]);
    }
    const sensors: number[] = [];
    for await (const one of new MessageFramer(Telemetry).read(source())) sensors.push(one.sensor);
    expect(sensors).toEqual([7, 8]);
  });

  it("are headers where nothing declares a length, or as long as the caller says", () => {
    const payloads: number[] = [];
    const framer = new MessageFramer(Udp, { lengthOf: (udp) => 8 + udp.length, validate: false });
    const bytes = Uint8Array.of(0, 1, 0, 2, 0, 9, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    framer.push(bytes, (udp) => payloads.push(udp.payloadEnd - udp.payloadOffset));
    expect(payloads).toEqual([1]);
    expect(framer.pending).toBe(0);
  });
});

describe("a stream that cannot be read on", () => {
  const push = (bytes: Uint8Array, maxBytes?: number): string => {
    const framer = new MessageFramer(Telemetry, maxBytes === undefined ? {} : { maxBytes });
    const first = codeOf(() => framer.push(bytes, ignore));
    expect(codeOf(() => framer.push(encode(ONE), ignore))).toBe(first);
    return first;
  };
  const changed = (at: number, value: number): Uint8Array => {
    const bytes = encode(ONE);
    bytes[at] = value;
    return bytes;
  };

  it("is out of step: told by a constant as soon as the header is there", () => {
    expect(push(changed(0, 0x47))).toBe("ERR_ZC_CONSTANT");
    expect(push(changed(0, 0x47).subarray(0, 12))).toBe("ERR_ZC_CONSTANT");
  });

  it("declares less than its header", () => {
    expect(push(changed(3, 3))).toBe("ERR_ZC_DECLARED_LENGTH");
  });

  it("has a field that runs past the end the message declares: no further byte mends that", () => {
    expect(push(changed(8, 200))).toBe("ERR_ZC_TRUNCATED_HEADER");
  });

  it("has a message that is too long: told when its length is known, before its bytes come", () => {
    expect(push(changed(2, 0xff), 100)).toBe("ERR_ZC_MESSAGE_TOO_LONG");
    expect(push(encode(ONE), encode(ONE).length - 1)).toBe("ERR_ZC_MESSAGE_TOO_LONG");
    expect(
      codeOf(() => new MessageFramer(Telemetry, { maxBytes: encode(ONE).length }).push(encode(ONE), ignore)),
    ).toBe("none");
  });

  it("ends inside a message, with the numbers", () => {
    const framer = new MessageFramer(Telemetry);
    framer.push(encode(ONE).subarray(0, 10), ignore);
    const error = new FramingError("ERR_ZC_STREAM_CUT", "telemetry", 16, 10);
    expect(() => framer.finish()).toThrow(error);
    expect(error).toMatchObject({ layout: "telemetry", required: 16, have: 10 });
  });

  it("takes no more memory than it was given, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (bytes, places) => {
          const framer = new MessageFramer(Telemetry, { maxBytes: 64, validate: false });
          try {
            for (const chunk of cut(bytes, places)) framer.push(chunk, ignore);
            expect(framer.pending).toBeLessThanOrEqual(64);
          } catch (error) {
            expect(error instanceof LayoutError || error instanceof FramingError).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("wrong use", () => {
  it.each([0, 3, 1.5, Number.NaN, 2 ** 31])("refuses maxBytes %s", (maxBytes) => {
    expect(() => new MessageFramer(Telemetry, { maxBytes })).toThrow(
      /maxBytes must be a whole number in 8\.\./,
    );
  });

  it("refuses a length that makes no progress", () => {
    const framer = new MessageFramer<Header>(Udp, { lengthOf: () => 0 });
    expect(() => framer.push(new Uint8Array(8).fill(9), ignore)).toThrow(/lengthOf must give/);
  });
});
