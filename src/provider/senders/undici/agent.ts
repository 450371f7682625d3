import type { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { errors } from 'undici'
import type { HttpFault, HttpRequest, ResponseHeaders } from '../../../services.ts'
import { isPrivateAddress } from '../../destination.ts'

/** A name was resolved to an address that the gateway may not call. */
class PrivateAddress extends Error {}

/** A `lookup` that fails for a name with a private address among its addresses, whichever of them would be taken. */
export const guarded =
  (resolve: typeof lookup): LookupFunction =>
  (name, options, done) =>
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      if (addresses.some(({ address }) => isPrivateAddress(address))) return done(new PrivateAddress(name), '')
      const [first] = addresses
      if (options.all) return done(null, addresses)
      done(null, first?.address ?? '', first?.family)
    })

/** The headers of a response, as undici gives them. */
export class Headers implements ResponseHeaders {
  readonly #all: Record<string, string | string[] | undefined>
  constructor(all: Record<string, string | string[] | undefined>) {
    this.#all = all
  }
  get(name: string): string | undefined {
    const value = this.#all[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }
  *entries(): Generator<[string, string]> {
    for (const [name, value] of Object.entries(this.#all))
      if (value !== undefined) yield [name, Array.isArray(value) ? value.join(', ') : value]
  }
}

/** A body as undici takes it. Node's type of a web stream is another one than the web's own, of the same object. */
export const nodeBody = (body: HttpRequest['body']): string | Readable | null =>
  body instanceof ReadableStream ? Readable.fromWeb(body as NodeStream) : (body ?? null)

/** Codes of errors after which it is sure that nothing was sent. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Codes of errors that lie with this machine: no descriptors, ports or memory for another socket. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])

/** The fault of a request that failed with an error; `begun` says whether its response had begun. */
export function faultOf(error: unknown, signal: AbortSignal, begun: boolean): { fault: HttpFault } {
  if (signal.aborted) return { fault: 'timeout' }
  if (error instanceof PrivateAddress || (error instanceof Error && error.cause instanceof PrivateAddress))
    return { fault: 'private-address' }
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return { fault: 'timeout' }
  if (begun) return { fault: 'cut-short' }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (EXHAUSTED.has(code)) return { fault: 'exhausted' }
  return { fault: UNSENT.has(code) ? 'unreachable' : 'reset' }
}
