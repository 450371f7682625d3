import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { getter, isNothing, isObject, parsePath } from '../path.ts'
import { methodOf, type RequestSpec } from '../request.ts'
import type { Fixture, FixtureExchange } from '../schema/fixture.ts'
import { type RecordVerb, recordVerbs } from '../verb.ts'

/** The exchanges of a fixture, those of its further pages included. */
export const exchangesOf = (fixture: Fixture): FixtureExchange[] =>
  [fixture, ...(fixture.pages ?? [])].flatMap(page => page.exchanges)

const CHUNK = /^\/[a-z_]+\/batch$/
/** Whether a fixture is one of a chunk: several records in one request. */
export const isChunk = ({ call }: Pick<Fixture, 'call'>): boolean => call.method === 'POST' && CHUNK.test(call.path)

/** What a call that succeeds does to one record; undefined for one that only reads, or writes several. */
export const writeVerbOf = ({ call, answer }: Fixture): 'create' | 'update' | undefined => {
  if (answer.status >= 300 || isChunk({ call })) return undefined
  return call.method === 'POST' ? 'create' : call.method === 'PATCH' ? 'update' : undefined
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** The end of an address that a path template makes: a placeholder is one segment, or several. */
const addressOf = (template: string): RegExp =>
  new RegExp(
    `${template
      .replace(/^https:\/\/[^/]*/, '')
      .split(/\{[^}]*\}/)
      .map(literal)
      .join('.+')}$`,
  )

/** Whether an exchange is the request of a verb: same method, path, and in GraphQL the same document. */
function isRequestOf(spec: RequestSpec, { request }: FixtureExchange): boolean {
  const method = methodOf(spec)
  if (method === undefined || method.toUpperCase() !== request.method || !addressOf(spec[method]!).test(request.path))
    return false
  if (spec.graphql === undefined) return true
  const document = isObject(request.body) ? request.body.query : undefined
  return typeof document === 'string' && document.startsWith(spec.graphql.split('{select}')[0]!)
}

/** The answer to a write that is read back: it tells that the write was made, and is no record. */
function isAcknowledgement(mapping: Mapping, fixture: Fixture): (exchange: FixtureExchange) => boolean {
  if (isChunk(fixture)) {
    const writes = recordVerbs.flatMap(name => (name === 'get' ? [] : (mapping.verbs[name] ?? [])))
    return exchange => writes.some(({ readsBack, batch }) => readsBack && batch && isRequestOf(batch.spec, exchange))
  }
  const verb: RecordVerb | undefined = writeVerbOf(fixture)
  const write = verb && mapping.verbs[verb]
  return exchange => write?.readsBack === true && isRequestOf(write.spec, exchange)
}

/** The provider's records in the replies of a fixture, by the places where the mapping says that records are. */
export function recordsIn(mapping: Mapping, fixture: Fixture): unknown[] {
  const isTold = isAcknowledgement(mapping, fixture)
  const replies = exchangesOf(fixture).filter(
    exchange => exchange.reply.status < 300 && typeof exchange.reply.body === 'object' && !isTold(exchange),
  )
  const getters = listsOf(mapping.file).map(list => ({
    records: getter(parsePath(list.records ?? '') ?? []),
    record: getter(parsePath(list.record ?? '') ?? []),
  }))
  const ones = Object.values(mapping.verbs).map(verb => getter(parsePath(verb?.spec.record ?? '') ?? []))
  // An answer without an id is no record: that of a link, made by a hook.
  const ids = (mapping.table.byField.get('id')?.reads ?? []).map(getter)
  const isRecord = (value: unknown) => isObject(value) && ids.some(get => !isNothing(get(value)))
  return replies.flatMap(({ reply }) => {
    for (const { records, record } of getters) {
      const list = records(reply.body)
      if (Array.isArray(list)) return list.map(record)
    }
    return ones
      .map(get => get(reply.body))
      .filter(isRecord)
      .slice(0, 1)
  })
}
