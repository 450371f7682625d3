import type { HttpFault, ResponseHeaders } from '../services.ts'

/** Tries of one call, the first included. */
export const TRIES = 3
/** Milliseconds that the first pause may last; each further one may last twice as long. */
const FIRST_PAUSE = 250
/** Longest pause that is waited for while a caller waits, in milliseconds; a provider that asks for more is passed on. */
export const LONGEST_PAUSE = 5_000

/** How one try ended, as far as a repetition is concerned. */
export type Ended =
  | { readonly fault: HttpFault }
  | { readonly status: number; readonly headers: ResponseHeaders; readonly reset: number | undefined }

/** Faults in which the request surely did not reach the provider. */
const UNSENT: ReadonlySet<HttpFault> = new Set(['unreachable'])
const TRANSIENT: ReadonlySet<HttpFault> = new Set(['unreachable', 'reset', 'cut-short'])
/** Statuses that a repetition may mend: too many requests, and failures of the provider's own or of what stands before it. */
const isTransient = (status: number): boolean => status === 429 || status === 500 || (status >= 502 && status <= 504)

/**
 * Milliseconds to wait before the next try, or undefined where there is to be none. `repeatable` says that the call
 * may be carried out twice without harm; any other is tried again only when it surely did not reach the provider.
 * The pause is a random part of an interval that doubles ("full jitter"), or what the provider asks for.
 */
export function pauseBefore(
  ended: Ended,
  {
    tries,
    repeatable,
    left,
    now,
    random,
    most = TRIES,
    statuses = [],
  }: {
    tries: number
    repeatable: boolean
    left: number
    now: number
    random: () => number
    /** Tries that are made at most. */
    most?: number | undefined
    /** Statuses that are tried again besides those that may pass. */
    statuses?: readonly number[] | undefined
  },
): number | undefined {
  if (tries >= most) return undefined
  const pause = 'fault' in ended ? afterFault(ended.fault, repeatable) : afterStatus(ended, repeatable, statuses, now)
  if (pause === undefined) return undefined
  const wait = Math.ceil(typeof pause === 'number' ? pause : random() * FIRST_PAUSE * 2 ** (tries - 1))
  return wait <= LONGEST_PAUSE && wait < left ? wait : undefined
}

const afterFault = (fault: HttpFault, repeatable: boolean): 'jitter' | undefined =>
  UNSENT.has(fault) || (repeatable && TRANSIENT.has(fault)) ? 'jitter' : undefined

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

/** Seconds that `Retry-After` asks for: a number, or a date against our clock. */
export function retryAfter(headers: ResponseHeaders, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now) / 1000))
}
