import { readFilter } from '../mapping/clause.ts'
import { ConversionError } from '../mapping/codecs.ts'
import type { Model } from '../models/index.ts'
import { done, type Fault, fail, type Outcome } from '../problem/index.ts'
import type { ListQuery } from './call.ts'
import { CURSOR_DAYS, type Cursor } from './cursor.ts'
import type { RecordContext, RecordServices } from './resolve.ts'

/** The query of a page. */
export type PageQuery = Omit<Cursor, 'connection' | 'model' | 'state'>
const DEFAULT_LIMIT = 50

/** Checks that the model has each name in `fields`: `title`, `emails.email`, `custom_fields.tier`. */
export function checkFields(model: Model, fields: readonly string[] | undefined): Outcome<undefined> {
  const faults = (fields ?? []).flatMap((name): Fault[] => {
    const [top = '', ...rest] = name.split('.')
    const field = Object.hasOwn(model.fields, top) ? model.fields[top] : undefined
    const member = rest.join('.')
    const isMember = field?.type === 'map' || (field?.type === 'rows' && Object.hasOwn(field.members, member))
    if (field && (rest.length === 0 || (member !== '' && isMember))) return []
    const names =
      field?.type === 'rows' ? Object.keys(field.members).map(m => `${top}.${m}`) : Object.keys(model.fields)
    const detail = `There is no "${name}"; there is ${names.join(', ')}.`
    return [{ pointer: '/query/fields', code: 'unsupported-field', detail }]
  })
  const [first] = faults
  return first ? fail('unsupported-field', { detail: first.detail, errors: faults }) : done(undefined)
}

function readFilters(model: Model, given: Readonly<Record<string, string>>): Outcome<Record<string, string>> {
  const filters: Record<string, string> = {}
  for (const [name, text] of Object.entries(given)) {
    const value = readFilter(model, name, text)
    if (value instanceof ConversionError) {
      const detail = `Send ${value.wants}.`
      return fail('bad-parameter', {
        detail: `filter[${name}]: ${detail}`,
        errors: [{ pointer: `/query/filter[${name}]`, detail }],
      })
    }
    filters[name] = value
  }
  return done(filters)
}

const differs = (given: unknown, carried: unknown): boolean =>
  given !== undefined && JSON.stringify(given) !== JSON.stringify(carried)

/**
 * Reads the query of a page, from the caller's parameters or from the cursor. A parameter beside a cursor must be the
 * same as in the cursor: another filter would have no effect, and the caller would believe that it had one. Fails for
 * an unknown field, a value that a filter cannot have, and a cursor of another connection, model or query.
 */
export function readQuery(
  { cursors }: RecordServices,
  { mapping, connection }: RecordContext,
  query: ListQuery,
): Outcome<{ page: PageQuery; state: Cursor['state'] | undefined }> {
  const { model } = mapping
  const known = checkFields(model, query.fields)
  if (!known.ok) return known
  const read = readFilters(model, query.filters)
  if (!read.ok) return read
  const filters = read.value
  const { sort, fields, limit } = query
  if (query.cursor === undefined)
    return done({ page: { filters, sort, fields, limit: limit ?? DEFAULT_LIMIT }, state: undefined })
  const cursor = cursors.open(query.cursor)
  if (cursor === 'expired') {
    const detail = `The cursor is older than ${CURSOR_DAYS} days.`
    return fail('bad-cursor', { detail, errors: [{ pointer: '/query/cursor', code: 'expired', detail }] })
  }
  if (!cursor || cursor.connection !== connection.uuid || cursor.model !== model.name) return fail('bad-cursor')
  const given = Object.keys(filters).length > 0 ? filters : undefined
  if (
    differs(given, cursor.filters) ||
    differs(sort, cursor.sort) ||
    differs(fields, cursor.fields) ||
    differs(limit, cursor.limit)
  )
    return fail('bad-cursor', {
      detail:
        'The cursor was made for another query: repeat the parameters of the first page, or send the cursor alone.',
    })
  const page: PageQuery = { filters: cursor.filters, sort: cursor.sort, fields: cursor.fields, limit: cursor.limit }
  return done({ page, state: cursor.state })
}

/** Makes the cursor of the page after this one; null after the last one. */
export const nextCursor = (
  { cursors }: RecordServices,
  { connection, mapping }: RecordContext,
  page: PageQuery,
  next: Cursor['state'] | undefined,
): string | null =>
  next === undefined
    ? null
    : cursors.seal({ connection: connection.uuid, model: mapping.model.name, ...page, state: next })
