import type { WireFault } from './wire.ts'

/** A request that is passed on as it comes. */
export interface StreamRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadableStream<Uint8Array> | null
  /** Aborted when the head does not come in time, or the caller has gone. */
  readonly signal: AbortSignal
}
/** An answer whose body is still coming. */
export interface StreamAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array> | null
}
/** Passes a request on and its answer back, both as streams, without following redirects. It never throws. */
export type StreamWire = (
  request: StreamRequest,
) => Promise<{ readonly answer: StreamAnswer } | { readonly fault: WireFault }>

/** Headers that belong to one connection and not to the message (RFC 9110, 7.6.1), and those of our own origin. */
const NOT_PASSED =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*|set-cookie|alt-svc|nel|report-to|strict-transport-security)$/

/** The headers of an answer that are passed on. */
export function passedOn(headers: Headers): Headers {
  const out = new Headers()
  for (const [name, value] of headers) if (!NOT_PASSED.test(name)) out.append(name, value)
  return out
}
