import { type Fault, ProblemError } from '../problem/index.ts'
import { refuseAddress } from '../provider/destination.ts'

/**
 * What is wrong with an address that a caller gives us to call, in a sentence; undefined when it may be called. It is
 * absolute and https (http too where private hosts are allowed), without user info or fragment.
 */
export function faultOfAddress(text: string, allowPrivate: boolean, { query = false } = {}): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:\/\//i.test(text)) return 'An absolute https URL is needed.'
  if (url.protocol !== 'https:' && !allowPrivate) return 'The URL must be https.'
  if (url.username || url.password) return 'The URL must not hold a user name or password.'
  if (text.includes('#')) return 'The URL must not have a fragment.'
  if (!query && text.includes('?')) return 'The URL must not have a query.'
  return refuseAddress(url, allowPrivate)
}

/** The problem `invalid-field` with these faults. */
export function invalid(first: Fault, ...rest: Fault[]): ProblemError {
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : ''
  return new ProblemError('invalid-field', {
    detail: `${first.pointer}: ${first.detail}${more}`,
    errors: [first, ...rest],
  })
}

/** Ends the request with `invalid-field` when there are faults. */
export function refuseFaults([first, ...rest]: readonly Fault[]): void {
  if (first) throw invalid(first, ...rest)
}

/** A fault in one member of the body. */
export const faultAt = (pointer: string, detail: string, code = 'custom'): Fault => ({ pointer, code, detail })
