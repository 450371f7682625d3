import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** Bytes that are decompressed at a time. With zlib's own 16 KiB, a response of megabytes takes four times as many steps. */
const chunkSize = 65_536
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
}

/** Takes the chunks of a body as they come. */
export interface Sink {
  write(chunk: Buffer): void
  /** Is told that no more chunks come. */
  end(): void
  /** Is told that nobody wants the body any more. */
  stop(): void
}
/** Is told how a body ended. */
export interface Collected {
  whole(content: Buffer): void
  tooLarge(): void
  broken(error: Error): void
}

/**
 * Collects a body of at most `maxBytes` bytes, decompressed as its `Content-Encoding` says. Exactly one function of
 * `then` is called, once, unless `stop` was called before.
 */
export function collect(encoding: string | undefined, maxBytes: number, then: Collected): Sink {
  const chunks: Buffer[] = []
  let bytes = 0
  let over = false
  const take = (chunk: Buffer) => {
    if (over) return
    bytes += chunk.byteLength
    chunks.push(chunk)
    if (bytes <= maxBytes) return
    over = true
    then.tooLarge()
  }
  const finish = () => {
    if (over) return
    over = true
    then.whole(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes))
  }
  const decoder = encoding === undefined ? undefined : DECODERS[encoding.trim().toLowerCase()]?.()
  if (!decoder) return { write: take, end: finish, stop: () => {} }
  // Undici's own interceptor for this is still an experiment.
  decoder.on('data', take)
  decoder.on('end', finish)
  decoder.on('error', error => {
    if (over) return
    over = true
    then.broken(error)
  })
  return {
    write: chunk => decoder.write(chunk),
    end: () => decoder.end(),
    stop: () => {
      over = true
      decoder.destroy()
    },
  }
}

/** The text of UTF-8 bytes, without a byte order mark, which JSON does not allow. */
export function textOf(content: Buffer): string {
  const text = content.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
