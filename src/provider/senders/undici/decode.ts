import { isUtf8 } from 'node:buffer'
import { pipeline, type Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** Bytes that are decompressed at a time. With zlib's own 16 KiB, a response of megabytes takes four times as many steps. */
const chunkSize = 65_536
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ chunkSize }),
  'x-gzip': () => createGunzip({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
}
/** Times that a body may have been compressed. A second time is a provider's slip; more is somebody's plan. */
const MOST_LAYERS = 2

/**
 * What undoes a `Content-Encoding`, in the order in which it is undone (RFC 9110, 8.4); undefined for an encoding that
 * is not known, or for too many of them.
 */
export function decodersOf(encoding: string | undefined): Transform[] | undefined {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '' && name !== 'identity')
  if (names.length > MOST_LAYERS || !names.every(name => Object.hasOwn(DECODERS, name))) return undefined
  return names.reverse().map(name => DECODERS[name]!())
}

/** Bytes that may come without any content in them. A piece of that size always has some, unless it is made to have none. */
const MOST_BARREN = 1_048_576

/**
 * Puts decoders after a stream; they take no more than is read from the last one. A body that goes on and on without
 * content, such as gzip members that are empty, ends with an error.
 */
export function decoded(source: Readable, decoders: readonly Transform[]): Readable {
  if (decoders.length === 0) return source
  let barren = 0
  const before = new Transform({
    transform(chunk: Buffer, _, done) {
      barren += chunk.byteLength
      if (barren > MOST_BARREN) done(new Error('no content'))
      else done(null, chunk)
    },
  })
  const after = new Transform({
    transform(chunk: Buffer, _, done) {
      barren = 0
      done(null, chunk)
    },
  })
  // Whoever reads the last one sees an error of any of them: a pipeline destroys them all with it.
  pipeline([source, before, ...decoders, after], () => {})
  return after
}

/** Takes the chunks of a body as they come. */
export interface Sink {
  /** False where no more chunks are to come until `more` is called. */
  write(chunk: Buffer): boolean
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
  /** Chunks may come again. */
  more(): void
}

/**
 * Collects a body of at most `maxBytes` bytes, which hold before it is decompressed and after each step. Exactly one of
 * `whole`, `tooLarge` and `broken` is called, once, unless `stop` was called before.
 */
export function collect(decoders: readonly Transform[], maxBytes: number, then: Collected): Sink {
  const chunks: Buffer[] = []
  let isOver = false
  const over = (tell: () => void) => {
    if (isOver) return
    isOver = true
    tell()
  }
  /** Counts the bytes of one step; false beyond the limit. */
  const counter = () => {
    let bytes = 0
    return (chunk: Buffer): boolean => {
      bytes += chunk.byteLength
      if (bytes > maxBytes) over(then.tooLarge)
      return !isOver
    }
  }
  const countWire = counter()
  const finish = () => over(() => then.whole(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
  const keep = (chunk: Buffer): boolean => chunks.push(chunk) > 0
  const [first] = decoders
  if (!first)
    return {
      write(chunk) {
        if (countWire(chunk)) keep(chunk)
        return true
      },
      end: finish,
      stop: () => {
        isOver = true
      },
    }
  let hasCome = false
  let hasEnded = false
  const finishBoth = () => hasCome && hasEnded && finish()
  for (const [i, decoder] of decoders.entries()) {
    const count = counter()
    const next = decoders[i + 1]
    decoder.on('data', next ? count : (chunk: Buffer) => count(chunk) && keep(chunk))
    decoder.on('error', error => over(() => then.broken(error)))
    if (next) decoder.pipe(next)
    else
      decoder.on('end', () => {
        hasEnded = true
        finishBoth()
      })
  }
  first.on('drain', then.more)
  return {
    write: chunk => isOver || !countWire(chunk) || first.write(chunk),
    end() {
      hasCome = true
      first.end()
      finishBoth()
    },
    stop() {
      isOver = true
      for (const decoder of decoders) decoder.destroy()
    },
  }
}

/**
 * The text of UTF-8 bytes, without a byte order mark, which JSON does not allow; and whether some of them are no UTF-8,
 * which the text shows as U+FFFD.
 */
export function textOf(content: Buffer): { text: string; isMalformed?: true } {
  const text = content.toString('utf8')
  const isMalformed = text.includes('\ufffd') && !isUtf8(content)
  return { text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, ...(isMalformed && { isMalformed }) }
}
