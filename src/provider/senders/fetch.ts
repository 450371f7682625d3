import type { BufferedRequest, HttpFault, HttpRequest, HttpSender } from '../../services.ts'
import { joined, readStream } from '../read-stream.ts'

const faultOf = ({ signal }: HttpRequest, begun: boolean): { fault: HttpFault } => ({
  fault: signal.aborted ? 'timeout' : begun ? 'cut-short' : 'reset',
})

const initOf = ({ method, headers, body, signal }: HttpRequest): RequestInit => ({
  method,
  headers,
  redirect: 'manual',
  signal,
  ...(body !== undefined && { body }),
  ...(body instanceof ReadableStream && { duplex: 'half' }),
})

/** Reads a body of at most `maxBytes`; undefined where it is larger. */
async function readBody(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array[] | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  const isWhole = await readStream(body, chunk => {
    size += chunk.byteLength
    if (size <= maxBytes) chunks.push(chunk)
    return size <= maxBytes
  })
  return isWhole ? chunks : undefined
}

function decode(chunks: readonly Uint8Array[], fatal: boolean): string {
  const decoder = new TextDecoder('utf-8', { fatal })
  return chunks.map(chunk => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
}

/** The text of UTF-8 bytes, and whether some of them are none, which the text shows as U+FFFD. */
function textOf(chunks: readonly Uint8Array[]): { text: string; isMalformed?: true } {
  const text = decode(chunks, false)
  if (!text.includes('\ufffd')) return { text }
  try {
    decode(chunks, true)
    return { text }
  } catch {
    return { text, isMalformed: true }
  }
}

/** Makes a sender of a web `fetch`, for Workers. */
export const fetchSender = (fetch: typeof globalThis.fetch): HttpSender => ({
  async send(request: BufferedRequest) {
    let response: Response
    try {
      response = await fetch(request.url, initOf(request))
    } catch {
      return faultOf(request, false)
    }
    const { status, headers, body } = response
    if (!body)
      return { response: { status, headers, text: '', ...(request.wantsBytes && { bytes: new Uint8Array() }) } }
    try {
      const chunks = await readBody(body, request.maxBytes)
      if (!chunks) return { fault: 'too-large' }
      const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
      return request.wantsBytes
        ? { response: { status, headers, text: '', bytes: joined(chunks), size } }
        : { response: { status, headers, ...textOf(chunks), size } }
    } catch {
      return faultOf(request, true)
    }
  },
  async stream(request: HttpRequest) {
    try {
      // A credential can only be found in what can be read, so compression is not asked for.
      const asked = { ...request, headers: { ...request.headers, 'accept-encoding': 'identity' } }
      const { status, headers, body } = await fetch(request.url, initOf(asked))
      // `fetch` has decompressed what came compressed all the same.
      if (!headers.has('content-encoding')) return { response: { status, headers, body } }
      const plain = new Headers(headers)
      for (const name of ['content-encoding', 'content-length']) plain.delete(name)
      return { response: { status, headers: plain, body } }
    } catch {
      return faultOf(request, false)
    }
  },
})
