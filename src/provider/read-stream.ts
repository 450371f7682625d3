/** Bytes asked for at once where a stream gives as many as it is asked for. */
const AT_ONCE = 65_536

/** What Workers have besides: it resolves with that many bytes, with fewer only at the end of the stream. */
interface Reader {
  readAtLeast(bytes: number, view: Uint8Array): Promise<ReadableStreamReadResult<Uint8Array>>
  cancel(): Promise<void>
}

/** A reader that gathers bytes by itself; undefined where the platform or this stream has none. */
function gatheringReader(body: ReadableStream<Uint8Array>): Reader | undefined {
  if (!('ReadableStreamBYOBReader' in globalThis) || !('readAtLeast' in ReadableStreamBYOBReader.prototype))
    return undefined
  try {
    return body.getReader({ mode: 'byob' }) as unknown as Reader
  } catch {
    // A stream that was made by a script.
    return undefined
  }
}

/**
 * Reads a stream to its end, in pieces as large as the platform can give: each small one would cost a turn of the event
 * loop. Where `take` answers false, the rest is cancelled, and the answer is false. Rejects where the stream breaks.
 */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  take: (piece: Uint8Array) => boolean,
): Promise<boolean> {
  const gathering = gatheringReader(body)
  const reader = gathering ?? body.getReader()
  const read = gathering
    ? () => gathering.readAtLeast(AT_ONCE, new Uint8Array(AT_ONCE))
    : () => (reader as ReadableStreamDefaultReader<Uint8Array>).read()
  for (;;) {
    const { done, value } = await read()
    if (done) return true
    if (take(value)) continue
    await reader.cancel()
    return false
  }
}

/** Pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}
