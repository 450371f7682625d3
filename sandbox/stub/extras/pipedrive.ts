// Pipedrive's search by a whole text, and lists of records by their ids: mappings/pipedrive/search.ts calls both.
import { getter, isObject, parsePath } from '../../../src/mapping/path.ts'
import type { Extra } from '../index.ts'
import type { Records } from '../records.ts'

const MODELS: Readonly<Record<string, string>> = { persons: 'contacts', organizations: 'companies', deals: 'deals' }
/** `fields` of a search → where a record holds such texts: specs/pipedrive/v2.yaml#/paths/~1persons~1search */
const FIELDS: Readonly<Record<string, string>> = { email: 'emails', name: 'name', title: 'title' }

const search: Extra = ({ method, path, query }, { records, refuse }) => {
  const [, plural = ''] = /^\/api\/v2\/(persons|organizations|deals)\/search$/.exec(path) ?? []
  const own = records.get(MODELS[plural] ?? '')
  const field = FIELDS[query.fields ?? '']
  if (method !== 'GET' || !own) return undefined
  if (!query.term || query.exact_match !== 'true' || !field) return refuse('term, fields and exact_match are needed.')
  const from = Number(query.cursor ?? 0)
  const limit = Number(query.limit ?? 100)
  if (!(limit >= 1 && limit <= 100)) return refuse('limit is 1 to 100.')
  const found = own.all().filter(record => textsAt(record, field).includes(query.term!.toLowerCase()))
  const items = found.slice(from, from + limit).map(record => ({ result_score: 1, item: { id: record.id } }))
  const next_cursor = from + limit < found.length ? String(from + limit) : null
  return { status: 200, headers: {}, body: { success: true, data: { items }, additional_data: { next_cursor } } }
}
const textsAt = (record: Record<string, unknown>, field: string): string[] =>
  [getter(parsePath(field)!)(record) ?? []]
    .flat()
    .map(value => String(isObject(value) ? value.value : value).toLowerCase())

const byIds: Extra = (request, { records, answer }) => {
  const { ids, ...query } = request.query
  const [, plural = ''] = /^\/api\/v2\/(persons|organizations|deals)$/.exec(request.path) ?? []
  const own: Records | undefined = records.get(MODELS[plural] ?? '')
  if (ids === undefined || !own) return undefined
  const wanted = new Set(ids.split(','))
  return answer({ ...request, query }, record => wanted.has(own.idOf(record)))
}

const extra: Extra = (request, beside) => search(request, beside) ?? byIds(request, beside)
export default extra
