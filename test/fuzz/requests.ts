import fc from 'fast-check'
import { document, type Operation } from './document.ts'
import { bodies, deepTexts, oddHeader, oddQuery, oddSegment } from './mutate.ts'
import { type Hints, oddText, type Resolve, type Schema, valuesOf } from './schema.ts'
import type { Sent } from './send.ts'
import { names } from './world.ts'

/** What there is to be found, so that requests reach what they ask for. */
export interface Known {
  /** Key of the environment whose records are read and written. */
  readonly records: string
  /** Key of the environment that is configured and taken apart. */
  readonly managed: string
  /** KOINE_SECRET_KEY. */
  readonly root: string
  /** Keys that may not do it: revoked, made up, without the scope. */
  readonly others: readonly string[]
  readonly ids: readonly string[]
  /** Tokens of connect sessions: one that works, one that is over. */
  readonly sessions: readonly string[]
  /** Cursors of all connections, foreign and stale ones among them. */
  readonly cursors: readonly string[]
}
/** A request, and whether it still addresses the operation that it was made for. */
export interface Asked {
  readonly sent: Sent
  readonly aimed: boolean
}

const resolve: Resolve = ref =>
  ref
    .slice(2)
    .split('/')
    .reduce((node, step) => (node as Record<string, unknown>)[step], document as unknown) as Schema

const OWN = ['connection-id', 'provider-config-key']

function hintsOf(known: Known): Hints {
  const name = fc.constantFrom<string>(...names)
  const fresh = fc.integer({ min: 1, max: 50 }).map(n => `made-${n}`)
  const either = fc.oneof(name, fresh)
  const id = fc.constantFrom(...known.ids)
  return {
    provider: name,
    unique_key: either,
    uniqueKey: either,
    provider_config_key: name,
    connection_id: either,
    connectionId: either,
    integrationId: name,
    id,
    company_id: id,
    contact_id: id,
    owner_id: id,
    cursor: fc.constantFrom(...known.cursors),
    connect_session_token: fc.constantFrom(...known.sessions),
    key: name,
    fields: fc.constantFrom('name', 'id,emails.email', 'custom_fields', 'custom_fields.tier', 'emails.nothing', 'shoe'),
  }
}

const texted = (schema: Schema, name: string, hints: Hints): fc.Arbitrary<string> => {
  const made = fc.oneof({ weight: 9, arbitrary: valuesOf(schema, resolve, hints) }, oddText)
  const own = hints[name]
  return (own ? fc.oneof({ weight: 5, arbitrary: own }, made) : made).map(value =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
}
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

/** Requests that the document allows. */
export function valid(operation: Operation, known: Known): fc.Arbitrary<Asked> {
  const { path, method, body, parameters = [] } = operation
  const hints = hintsOf(known)
  const isUnified = parameters.some(({ name }) => name === OWN[0])
  const own = path.startsWith('/environments') ? known.root : isUnified ? known.records : known.managed
  const key = fc.oneof({ weight: 15, arbitrary: fc.constant(own) }, fc.constantFrom('', ...known.others))
  const given = (place: string) =>
    parameters.filter(parameter => parameter.in === place && !OWN.includes(parameter.name))
  const record = (place: string, isRequired: (name: string) => boolean) =>
    fc.record(Object.fromEntries(given(place).map(({ name, schema }) => [name, texted(schema, name, hints)])), {
      requiredKeys: given(place).flatMap(({ name }) => (isRequired(name) ? [name] : [])),
    })
  const connection = fc.constantFrom<string>(...names)
  return fc
    .record({
      key,
      at: record('path', () => true),
      query: record('query', () => false),
      headers: record('header', () => false),
      connection: isUnified ? fc.tuple(connection, fc.boolean()) : fc.constant(undefined),
      content: body ? valuesOf(body, resolve, hints).map(value => JSON.stringify(value)) : fc.constant(undefined),
    })
    .map(({ key, at, query, headers, connection, content }) => {
      const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(at[name] || '-'))
      const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      // A header holds no more than Latin-1 without control characters; nothing else can be sent at all.
      const plain = Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '')])
      return {
        // A dot or two would name another path before the request has left.
        aimed: !Object.values(at).some(text => /^\.{0,2}$/.test(text)),
        sent: {
          method,
          path: search.length > 0 ? `${target}?${search.join('&')}` : target,
          headers: {
            ...(key !== '' && { authorization: `Bearer ${key}` }),
            ...(connection && { [OWN[0]!]: connection[0], ...(connection[1] && { [OWN[1]!]: connection[0] }) }),
            ...(content !== undefined && { 'content-type': 'application/json' }),
            ...Object.fromEntries(plain),
          },
          body: content,
        },
      }
    })
}

/** Bytes of a path that leave room for the headers: Node itself refuses a head of more than 16 KiB. */
const PATH = 11_000

const METHODS = ['HEAD', 'OPTIONS', 'PUT', 'POST', 'GET', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY']

/** Requests that the document does not allow: valid ones with something about them changed. */
export function mutated(operation: Operation, known: Known): fc.Arbitrary<Asked> {
  const start = valid(operation, known)
  const content = operation.body ? valuesOf(operation.body, resolve, hintsOf(known)) : fc.constant({})
  const body = fc.tuple(start, bodies(content), fc.boolean()).map(([{ sent, aimed }, made, chunked]) => ({
    aimed,
    sent: { ...sent, body: made, chunked, headers: { 'content-type': 'application/json', ...sent.headers } },
  }))
  const query = fc
    .tuple(start, fc.array(oddQuery, { minLength: 1, maxLength: 3 }))
    .map(([{ sent, aimed }, pieces]) => ({
      aimed,
      sent: { ...sent, path: `${sent.path}${sent.path.includes('?') ? '&' : '?'}${pieces.join('&')}` },
    }))
  const headers = fc
    .tuple(start, fc.array(oddHeader, { minLength: 1, maxLength: 3 }))
    .map(([{ sent, aimed }, made]) => ({
      aimed,
      sent: { ...sent, headers: { ...sent.headers, ...Object.fromEntries(made) } },
    }))
  const path = fc
    .tuple(start, fc.nat(8), fc.array(oddSegment, { minLength: 1, maxLength: 3 }))
    .map(([{ sent }, at, segments]): Asked => {
      const [target = '', search] = sent.path.split(/\?(.*)/s)
      const parts = target.slice(1).split('/')
      parts.splice(at % (parts.length + 1), at % 2, ...segments)
      return { aimed: false, sent: { ...sent, path: `/${parts.join('/')}${search ? `?${search}` : ''}` } }
    })
  const method = fc
    .tuple(start, fc.constantFrom(...METHODS))
    .map(([{ sent }, other]): Asked => ({ aimed: false, sent: { ...sent, method: other } }))
  const kinds = fc.oneof(
    { weight: operation.body ? 5 : 1, arbitrary: body },
    { weight: 3, arbitrary: query },
    { weight: 2, arbitrary: headers },
    { weight: 2, arbitrary: path },
    { weight: 1, arbitrary: method },
  )
  return kinds.map(({ sent, aimed }) => ({ aimed, sent: { ...sent, path: sent.path.slice(0, PATH) } }))
}

/** A member's own place, and one below it: a map takes any value there. */
const places = (name: string, deep: string): string[] => [`"${name}":${deep}`, `"${name}":{"a":${deep}}`]

/** Allowed requests in which each member of the body in turn has many levels. */
export function deepened(operation: Operation, known: Known, seed: number): Asked[] {
  const schema = operation.body?.$ref === undefined ? operation.body : resolve(operation.body.$ref)
  const [start] = fc.sample(
    valid(operation, known).filter(({ aimed, sent }) => aimed && sent.headers.authorization !== undefined),
    { numRuns: 1, seed },
  )
  const given = JSON.parse(String(start!.sent.body)) as Record<string, unknown>
  return Object.keys(schema?.properties ?? {}).flatMap(name => {
    const rest = Object.entries(given).flatMap(([other, value]) =>
      other === name ? [] : [`${JSON.stringify(other)}:${JSON.stringify(value)}`],
    )
    return deepTexts.flatMap(deep =>
      places(name, deep).map(place => ({
        aimed: true,
        sent: { ...start!.sent, body: `{${[...rest, place].join(',')}}` },
      })),
    )
  })
}
