import * as zlib from "node:zlib";
import type { Transform } from "node:stream";
import type { ByteStream } from "./byte-source.js";
import { CaptureError } from "./errors.js";

type Packing = "gzip" | "zstd" | "bzip2" | "xz" | "lz4";

const MAGICS: readonly (readonly [Packing, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
];

/** How a file is packed, by its first four bytes; `undefined` when it is not. */
export function packingOf(head: Uint8Array): Packing | undefined {
  return MAGICS.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
}

/**
 * The bytes of a packed stream.
 *
 * @throws CaptureError where this Node cannot unpack it; while reading, for damage, after all that came before it.
 */
export function unpacked(stream: ByteStream, packing: Packing): AsyncIterable<Uint8Array> {
  return throughDecoder(stream, packing, decoderFor(packing));
}

/** The same for a stream that may be packed or not: its first bytes tell. */
export async function* unpackedIfPacked(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  const chunks = chunksOf(stream);
  const first = await head(chunks);
  const packing = packingOf(first);
  const whole = prepended(first, chunks);
  yield* packing === undefined ? whole : unpacked(whole, packing);
}

function decoderFor(packing: Packing): Transform {
  if (packing === "gzip") return zlib.createGunzip();
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (packing === "zstd" && createZstdDecompress !== undefined) return createZstdDecompress();
  const since = packing === "zstd" ? "unpacks zstd from 22.15 on" : `does not unpack ${packing}`;
  throw new CaptureError(`the capture is packed with ${packing}, and this is Node ${process.versions.node}`, {
    code: "ERR_CAPTURE_COMPRESSION",
    offset: 0,
    hint: `Node ${since}: unpack it before (\`${packing} -dc FILE | ...\`, read from "-")`,
  });
}

/** A piece of packed input is done with before the next goes in: deflate gives at most 1032 times as much. */
const PIECE_BYTES = 1 << 14;

// All that came out before damage has to reach the reader, while a stream that fails throws away what it holds. So the
// decoder flows into a queue, and is fed one piece at a time.
async function* throughDecoder(
  stream: ByteStream,
  packing: Packing,
  decoder: Transform,
): AsyncGenerator<Uint8Array, void> {
  const queue: Uint8Array[] = [];
  let failure: Error | undefined;
  decoder.on("data", (chunk: Uint8Array) => queue.push(chunk));
  decoder.on("error", (error) => (failure = error));
  try {
    for await (const chunk of stream) {
      for (let at = 0; at < chunk.length && failure === undefined; at += PIECE_BYTES) {
        await settled(decoder, (done) => decoder.write(chunk.subarray(at, at + PIECE_BYTES), done));
        yield* queue.splice(0);
      }
      if (failure !== undefined) break;
    }
    if (failure === undefined) await settled(decoder, (done) => decoder.once("end", done).end());
    yield* queue.splice(0);
  } finally {
    decoder.destroy();
  }
  if (failure !== undefined) throw unpackError(packing, failure);
}

/** Waits until the decoder took what it was given, or failed. */
function settled(decoder: Transform, give: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      decoder.off("error", done);
      resolve();
    };
    decoder.on("error", done);
    give(done);
  });
}

function unpackError(packing: Packing, cause: Error): CaptureError {
  return new CaptureError(`the ${packing} data is damaged or was cut off: ${cause.message}`, {
    code: "ERR_CAPTURE_COMPRESSION",
    cause,
  });
}

async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array, void> {
  yield* stream;
}

/** At least four bytes, where the stream has them. */
async function head(chunks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0);
  while (bytes.length < 4) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    bytes = bytes.length === 0 ? value : Buffer.concat([bytes, value]);
  }
  return bytes;
}

async function* prepended(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  if (first.length > 0) yield first;
  yield* rest;
}
