import type { lookup } from 'node:dns'
import { errors } from 'undici'
import type { HttpFault, ResponseHeaders } from '../../../services.ts'
import { isPrivateAddress } from '../../destination.ts'

/** A resolved address that the gateway may not call. */
class PrivateAddress extends Error {}

/** Refuses a name that resolves to a private address, whichever of its addresses would be taken. */
export const guarded = (resolve: typeof lookup): typeof lookup =>
  ((name: string, options: object, done: (...args: unknown[]) => void) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error)
      if (addresses.some(({ address }) => isPrivateAddress(address))) return done(new PrivateAddress(name))
      const [first] = addresses
      if ((options as { all?: boolean }).all) return done(null, addresses)
      done(null, first?.address, first?.family)
    })
  }) as typeof lookup

/** Headers as undici gives them. */
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

/** Errors of which it is sure that nothing was sent. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What a failed exchange came to; `begun`: its response had begun. */
export function faultOf(error: unknown, signal: AbortSignal, begun: boolean): { fault: HttpFault } {
  if (signal.aborted) return { fault: 'timeout' }
  if (error instanceof PrivateAddress || (error instanceof Error && error.cause instanceof PrivateAddress))
    return { fault: 'private-address' }
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return { fault: 'timeout' }
  if (begun) return { fault: 'cut-short' }
  return { fault: UNSENT.has((error as NodeJS.ErrnoException).code ?? '') ? 'unreachable' : 'reset' }
}
