import { isObject, type Json, missing } from './errors.ts'
import type { Params } from './form.ts'

/** What every list takes: specs/stripe/openapi.json#/paths/~1v1~1customers/get/parameters */
export const listParams: Params = {
  limit: 'integer',
  starting_after: 'text',
  ending_before: 'text',
  created: { gt: 'integer', gte: 'integer', lt: 'integer', lte: 'integer' },
}
const MAX = 100
const sizeOf = (query: Json): number => Math.min(MAX, Math.max(1, Number(query.limit ?? 10)))

/** Whether a number is in a range such as `created[gte]`. */
export function within(value: unknown, range: unknown): boolean {
  if (!isObject(range)) return true
  if (typeof value !== 'number') return false
  const { gt, gte, lt, lte } = range
  return (
    (gt === undefined || value > Number(gt)) &&
    (gte === undefined || value >= Number(gte)) &&
    (lt === undefined || value < Number(lt)) &&
    (lte === undefined || value <= Number(lte))
  )
}

/** A page of records, which stand newest first, after the one named. */
export function page(url: string, what: string, records: readonly Json[], query: Json): Json {
  const { starting_after: after } = query
  const at = after === undefined ? -1 : records.findIndex(record => record.id === after)
  if (after !== undefined && at < 0) missing(what, String(after), 'starting_after')
  const limit = sizeOf(query)
  const data = records.slice(at + 1, at + 1 + limit)
  return { object: 'list', url, has_more: at + 1 + limit < records.length, data }
}

/** A page of what a search found; `next_page` is its offset, which nobody is to understand. */
export function searchPage(url: string, records: readonly Json[], query: Json): Json {
  const from = query.page === undefined ? 0 : Number(atob(String(query.page)))
  const limit = sizeOf(query)
  const next = from + limit < records.length ? btoa(String(from + limit)) : null
  const data = records.slice(from, from + limit)
  return { object: 'search_result', url, has_more: next !== null, next_page: next, data }
}
