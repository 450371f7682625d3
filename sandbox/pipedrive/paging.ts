import { invalid } from './errors.ts'
import { integer, text } from './query.ts'

/** specs/pipedrive/v2.yaml#/paths/~1persons/get/parameters: 100 unless asked, 500 at most */
const PAGE = { standard: 100, max: 500 }

/** The parameters of every list. */
export const paging = { limit: integer, cursor: text }

export interface Order<T> {
  field: string
  direction: 'asc' | 'desc'
  valueOf: (item: T) => number
  idOf: (item: T) => number
}

/** Where a page begins: the first item of it, in the order that the list had. */
interface Cursor {
  field: string
  fieldValue: number
  sortDirection: 'asc' | 'desc'
  id: number
}

const encode = (cursor: Cursor): string =>
  btoa(JSON.stringify(cursor)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

function decode(given: string, order: Order<never>): Cursor {
  let cursor: Partial<Cursor> | null = null
  try {
    cursor = JSON.parse(atob(given.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {}
  const { field, fieldValue, sortDirection, id } = cursor ?? {}
  const same = field === order.field && sortDirection === order.direction
  if (!same || !Number.isFinite(fieldValue) || !Number.isFinite(id)) return invalid('cursor: is not valid')
  return cursor as Cursor
}

/** One page of a list in its order, and the cursor of the next one, which is null at the end. */
export function pageOf<T>(
  items: readonly T[],
  order: Order<T>,
  asked: { limit?: number | undefined; cursor?: string | undefined },
) {
  const { limit = PAGE.standard } = asked
  if (limit < 1 || limit > PAGE.max) return invalid(`limit: must be from 1 to ${PAGE.max}`)
  const sign = order.direction === 'asc' ? 1 : -1
  const compare = (value: number, id: number, item: T) => sign * (order.valueOf(item) - value || order.idOf(item) - id)
  const from = asked.cursor === undefined ? undefined : decode(asked.cursor, order)
  const rest = items
    .filter(item => from === undefined || compare(from.fieldValue, from.id, item) >= 0)
    .sort((a, b) => compare(order.valueOf(b), order.idOf(b), a))
  const next = rest[limit]
  const cursor = next && { fieldValue: order.valueOf(next), id: order.idOf(next) }
  return {
    data: rest.slice(0, limit),
    additional_data: {
      next_cursor: cursor ? encode({ field: order.field, sortDirection: order.direction, ...cursor }) : null,
    },
  }
}
