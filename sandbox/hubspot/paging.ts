import type { Context } from 'hono'
import { invalid } from './errors.ts'

/** The `limit` of a page: a whole number from 1 to `max`, refused otherwise as HubSpot does. */
export function readLimit(value: unknown, standard: number, max: number): number {
  if (value === undefined) return standard
  const limit = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN
  if (Number.isNaN(limit) || limit < 1 || limit > max) return invalid(`limit must be a number from 1 to ${max}`)
  return limit
}

/** The address of the next page, as `paging.next.link` has it. */
export function nextLink(c: Context, after: string): string {
  const url = new URL(c.req.url)
  url.searchParams.set('after', after)
  return url.href
}

/**
 * The page of an id-ordered list that follows the id `after`, in the shape of
 * specs/hubspot/crm-contacts.v3.json#/components/schemas/ForwardPaging: the last page has no `paging`.
 */
export function pageAfter<T>(c: Context, items: readonly T[], idOf: (item: T) => string, limit: number) {
  const after = c.req.query('after') || '0'
  if (!/^\d+$/.test(after)) return invalid('after is not a paging cursor')
  const rest = items.filter(item => Number(idOf(item)) > Number(after))
  const results = rest.slice(0, limit)
  const last = results.at(-1)
  if (last === undefined || rest.length <= limit) return { results }
  return { results, paging: { next: { after: idOf(last), link: nextLink(c, idOf(last)) } } }
}
