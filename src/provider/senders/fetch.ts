import type { BufferedRequest, HttpFault, HttpRequest, HttpSender } from '../../services.ts'

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
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return chunks
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel()
      return undefined
    }
    chunks.push(value)
  }
}

function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return chunks.map(chunk => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
}

function bytesOf(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
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
        ? { response: { status, headers, text: '', bytes: bytesOf(chunks, size), size } }
        : { response: { status, headers, text: textOf(chunks), size } }
    } catch {
      return faultOf(request, true)
    }
  },
  async stream(request: HttpRequest) {
    try {
      const { status, headers, body } = await fetch(request.url, initOf(request))
      return { response: { status, headers, body } }
    } catch {
      return faultOf(request, false)
    }
  },
})
