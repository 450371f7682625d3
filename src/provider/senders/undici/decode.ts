import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** Bytes that are decompressed at a time; zlib's own 16 KiB are as many trips to its thread for an answer of megabytes. */
const chunkSize = 65_536
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
}

/** Where the chunks of a body go as they come. */
export interface Sink {
  write(chunk: Buffer): void
  /** No more chunks come: the whole body follows, as it was before it was compressed. */
  end(): void
  /** The body is given up. */
  stop(): void
}
export interface Collected {
  whole(content: Buffer): void
  tooLarge(): void
  broken(error: Error): void
}

/** Collects a body of at most `maxBytes`, decompressed where its encoding says so; exactly one of `then` is called once. */
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

/** UTF-8 text without a byte order mark, which is no JSON. */
export function textOf(content: Buffer): string {
  const text = content.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
