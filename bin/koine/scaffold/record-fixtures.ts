import { getter, isNothing, parsePath } from '../../../src/mapping/path.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import { TODO } from '../../check/unwritten.ts'
import { cut } from './example.ts'
import { type Fixtured, inPath, placed } from './fixtures.ts'
import { sentFor } from './our-values.ts'
import type { Made } from './requests.ts'
import { pageOf, type Reply, requestOf } from './requests-made.ts'
import { type Json, type Operation, successOf } from './specification.ts'

type Body = NonNullable<Reply['body']>
const answered = ({ answer }: Fixtured, record: Json, status: number): Fixture['answer'] => ({
  status,
  body: { data: answer(record), warnings: [] } as NonNullable<Fixture['answer']['body']>,
})

/** What one record shows that a list did not: whether it is worth reading it whole once more. */
function showsMore({ leaves, listed, single, requests }: Fixtured): boolean {
  const isIn = (record: Json, keys: string) => Object.keys(cut(record, [keys])).length > 0
  return !requests.list || leaves.some(({ keys }) => isIn(single, keys) && !isIn(listed, keys))
}

function gets(fixtured: Fixtured, { operation, request }: Made): void {
  const { mapping, connection, single, short, idOf, failure } = fixtured
  const { model, file } = mapping
  const id = String(idOf(single))
  const call = { method: 'GET' as const, path: `/${model.name}/${inPath(id)}` }
  const asked = requestOf(mapping, 'get', { id, connection })
  const record = showsMore(fixtured) ? single : short(single, Object.keys(file.fields).slice(0, 2))
  fixtured.add('get', operation, {
    call,
    exchanges: [{ request: asked, reply: { status: 200, body: placed(request.record, record) as Body } }],
    answer: answered(fixtured, record, 200),
  })
  const { body, message } = failure
  const says = message !== undefined && !isNothing(getter(parsePath(message) ?? [])(body))
  fixtured.add('get-missing', operation, {
    call,
    exchanges: [{ request: asked, reply: { status: 404, ...(body !== undefined && { body: body as Body }) } }],
    answer: { status: 404, body: { code: 'record-not-found', ...(says && { upstream: { message: TODO } }) } },
  })
}

/** A list that the account may not see: the failure of a provider that has no get. */
function refused({ mapping, connection, failure, add }: Fixtured, operation: Operation): void {
  const made = pageOf(mapping, { filters: {}, limit: 1, connection })
  if (!made) return
  const { body } = failure
  add('list-forbidden', operation, {
    call: { method: 'GET', path: `/${mapping.model.name}?limit=1` },
    exchanges: [{ request: made.request, reply: { status: 403, ...(body !== undefined && { body: body as Body }) } }],
    answer: { status: 403, body: { code: 'provider-forbidden' } },
  })
}

/** What a caller sends so that every row that can be written is; without what the table cannot take as it is. */
function inputFor({ mapping }: Fixtured, verb: 'create' | 'update'): Json {
  const { model, file, table } = mapping
  const names = table.rows.filter(row => row.can(verb)).map(row => row.field)
  const all: Json = Object.fromEntries(names.map(name => [name, sentFor(model, name, file.fields[name]!)]))
  const { refused } = mapping.write(all, verb)
  const isRefused = (name: string) => refused.some(({ pointer }) => pointer.split('/')[1] === name)
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isRefused(name)))
}

function writes(fixtured: Fixtured, verb: 'create' | 'update', { operation, request }: Made): void {
  const { mapping, requests, connection, single, short, idOf } = fixtured
  const { name } = mapping.model
  const id = String(idOf(single))
  const input = inputFor(fixtured, verb)
  const { body: record } = mapping.write(input, verb)
  // Where no row can be written yet there is nothing to send: the check says that no fixture writes.
  if (Object.keys(record).length === 0) return
  const sent = requestOf(mapping, verb, { ...(verb === 'update' && { id }), record, input, connection })
  const reply = short(single, Object.keys(input).slice(0, 1))
  const { status } = successOf(operation)
  const isBack = request.read_back === true
  const own = typeof request.id === 'string' ? placed(request.id, idOf(single)) : undefined
  const body = isBack ? own : placed(request.record, reply)
  const back = { status: 200, body: placed(requests.get?.request.record, reply) as Body }
  fixtured.add(verb, operation, {
    call: {
      method: verb === 'create' ? 'POST' : 'PATCH',
      path: verb === 'create' ? `/${name}` : `/${name}/${inPath(id)}`,
      body: input as NonNullable<Fixture['call']['body']>,
    },
    exchanges: [
      { request: sent, reply: { status, ...(body !== undefined && { body: body as Body }) } },
      ...(isBack ? [{ request: requestOf(mapping, 'get', { id, connection }), reply: back }] : []),
    ],
    answer: answered(fixtured, reply, verb === 'create' ? 201 : 200),
  })
}

/** The fixtures of get, create, update and delete, and one of a record that is not there. */
export function recordFixtures(fixtured: Fixtured): void {
  const { mapping, requests, connection, single, idOf } = fixtured
  if (requests.get) gets(fixtured, requests.get)
  else if (requests.list) refused(fixtured, requests.list.operation)
  if (requests.create) writes(fixtured, 'create', requests.create)
  if (requests.update) writes(fixtured, 'update', requests.update)
  if (!requests.delete) return
  const id = String(idOf(single))
  const { operation } = requests.delete
  fixtured.add('delete', operation, {
    call: { method: 'DELETE', path: `/${mapping.model.name}/${inPath(id)}` },
    exchanges: [
      { request: requestOf(mapping, 'delete', { id, connection }), reply: { status: successOf(operation).status } },
    ],
    answer: { status: 204 },
  })
}
