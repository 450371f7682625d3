import type { StreamWire } from '../stream.ts'
import type { Wire, WireFault, WireRequest } from '../wire.ts'

const faultOf = (request: WireRequest, begun: boolean): { fault: WireFault } => ({
  fault: request.signal.aborted ? 'timeout' : begun ? 'cut-short' : 'reset',
})

/** The wire over a web `fetch`, for the edge. */
export const fetchWire =
  (fetch: typeof globalThis.fetch): Wire =>
  async request => {
    let response: Response
    try {
      response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        redirect: 'manual',
        signal: request.signal,
        ...(request.body !== undefined && { body: request.body }),
      })
    } catch {
      return faultOf(request, false)
    }
    const { status, headers } = response
    const reader = response.body?.getReader()
    if (!reader) return { answer: { status, headers, text: '' } }
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        bytes += value.byteLength
        if (bytes > request.maxBytes) {
          await reader.cancel()
          return { fault: 'too-large' }
        }
        text += decoder.decode(value, { stream: true })
      }
      return { answer: { status, headers, text: text + decoder.decode(), bytes } }
    } catch {
      return faultOf(request, true)
    }
  }

/** The stream wire over a web `fetch`, for the edge. */
export const fetchStream =
  (fetch: typeof globalThis.fetch): StreamWire =>
  async ({ method, url, headers, body, signal }) => {
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal,
        ...(body && { body, duplex: 'half' }),
      } as RequestInit)
      return { answer: { status: response.status, headers: response.headers, body: response.body } }
    } catch {
      return { fault: signal.aborted ? 'timeout' : 'reset' }
    }
  }
