import type { HttpFault, ResponseHeaders } from '../services.ts'

/** How often a request is sent at most, unless the caller says otherwise. */
const ATTEMPTS = 3
/** Milliseconds that the first pause may last; each further one may last twice as long. */
const FIRST_PAUSE = 250
/** Milliseconds of the longest pause while a caller waits. Where a provider asks for more, its response is passed on. */
const LONGEST_PAUSE = 5_000

/** How an attempt ended, as far as another one depends on it. */
export type Ended =
  | { readonly fault: HttpFault }
  | { readonly status: number; readonly headers: ResponseHeaders; readonly reset: number | undefined }

/** Faults that may not happen again. After `unreachable` nothing was sent, so that any request may be sent again. */
const TRANSIENT: ReadonlySet<HttpFault> = new Set(['unreachable', 'reset', 'cut-short'])
/** Statuses that may not come again: too many requests, and failures of the provider or of a gateway before it. */
const isTransient = (status: number): boolean => status === 429 || status === 500 || (status >= 502 && status <= 504)

/**
 * Milliseconds to wait before the next attempt, or undefined where there is to be none. The pause is what the provider
 * asks for, or else a random part of an interval that doubles each time ("full jitter").
 */
export function pauseBefore(
  ended: Ended,
  {
    attempts,
    repeatable,
    left,
    now,
    random,
    most = ATTEMPTS,
    statuses = [],
  }: {
    /** Attempts that were made. */
    attempts: number
    /** Whether the request may be carried out twice without harm; any other is sent again only where it did not arrive. */
    repeatable: boolean
    /** Milliseconds until the time of the call is up. */
    left: number
    /** Milliseconds since 1970. */
    now: number
    random: () => number
    /** Attempts that may be made. */
    most?: number | undefined
    /** Further statuses after which a request is sent again. */
    statuses?: readonly number[] | undefined
  },
): number | undefined {
  if (attempts >= most) return undefined
  const pause = 'fault' in ended ? afterFault(ended.fault, repeatable) : afterStatus(ended, repeatable, statuses, now)
  if (pause === undefined) return undefined
  const wait = Math.ceil(typeof pause === 'number' ? pause : random() * FIRST_PAUSE * 2 ** (attempts - 1))
  return wait <= LONGEST_PAUSE && wait < left ? wait : undefined
}

const afterFault = (fault: HttpFault, repeatable: boolean): 'jitter' | undefined =>
  fault === 'unreachable' || (repeatable && TRANSIENT.has(fault)) ? 'jitter' : undefined

function afterStatus(
  { status, headers, reset }: Extract<Ended, { status: number }>,
  repeatable: boolean,
  statuses: readonly number[],
  now: number,
): number | 'jitter' | undefined {
  if (!repeatable || !(isTransient(status) || statuses.includes(status))) return undefined
  const asked = retryAfter(headers, now) ?? (status === 429 ? reset : undefined)
  return asked === undefined ? 'jitter' : asked * 1000
}

/** Seconds that `Retry-After` asks for, as a number or a date; `now` is in milliseconds since 1970. Undefined without. */
export function retryAfter(headers: ResponseHeaders, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now) / 1000))
}
