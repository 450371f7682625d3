import { refuseAddress } from '../provider/destination.ts'

/**
 * What is wrong with an address that a caller gives us to call, in a sentence; undefined when it may be called. It must
 * be absolute and https (http too where private hosts are allowed), without user name, password or fragment, and
 * without a query unless `query` allows one.
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
