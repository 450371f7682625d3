import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsOf, GENERAL, operations } from './document.ts'
import { type Asked, deepened, type Known, mutated, valid } from './requests.ts'
import { type Received, rawCaller } from './send.ts'
import { names, openWorld, type World } from './world.ts'

/** The seed of every property; another one is tried with `FUZZ_SEED=7 npx vitest run test/fuzz`. */
const SEED = Number(process.env.FUZZ_SEED ?? 20260722)
/** Requests of each kind for an operation, and the milliseconds that they may take together. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60)
const BUDGET = Number(process.env.FUZZ_BUDGET_MS ?? 400)
const LIMIT = 1_000_000

let world: World
let caller: ReturnType<typeof rawCaller>
let known: Known
const seen = new Map<number, number>()

/** The environment that is configured and taken apart, made anew where it was. */
const managed = async (): Promise<string> => (await world.tenant(`managed-${crypto.randomUUID()}`)).key

beforeAll(async () => {
  world = await openWorld({ KOINE_BODY_LIMIT: String(LIMIT) })
  caller = rawCaller(world.url)
  const { key } = await world.tenant('records')
  const ids: string[] = []
  const cursors: string[] = ['A'.repeat(60)]
  for (const name of names)
    for (const model of ['contacts', 'companies', 'deals']) {
      const { data, next_cursor } = await world.must(`GET /${model}?limit=2`, key, undefined, { 'connection-id': name })
      ids.push(...data.map(({ id }: { id: string }) => id))
      cursors.push(next_cursor, `${next_cursor.slice(0, -6)}AAAAAA`)
    }
  const limited = await world.must('POST /environment/api-keys', key, { name: 'none', scopes: ['logs:read'] })
  const revoked = await world.must('POST /environment/api-keys', key, { name: 'gone' })
  await world.must(`DELETE /environment/api-keys/${revoked.data.id}`, key)
  const others = [limited.data.key, revoked.data.key, 'koine_nobody', (await world.tenant('foreign')).key]
  // The first of these loads every mapping file, which takes longer than a property has.
  await world.must('GET /coverage', key)
  const { data: session } = await world.must('POST /connect/sessions', key, { end_user: { id: 'ada' } })
  const sessions = [session.token, `nango_connect_session_${'0'.repeat(64)}`]
  known = { records: key, managed: await managed(), root: world.root, others, ids, sessions, cursors }
}, 30_000)

afterAll(async () => {
  caller?.close()
  await world?.close()
  const counts = [...seen].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(`fuzz: seed ${SEED}, ${[...seen.values()].reduce((sum, n) => sum + n, 0)} requests; ${counts.join(', ')}`)
})

async function send({ sent }: Asked): Promise<Received> {
  const answer = await caller.send(sent)
  seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
  return answer
}

/** How a request can be told from its report. */
const shown = ({ sent: { method, path, headers, body } }: Asked): string =>
  JSON.stringify({ method, path: path.slice(0, 500), headers, body: body?.toString().slice(0, 500) })

const holds = (requests: fc.Arbitrary<Asked>, check: (asked: Asked, answer: Received) => readonly string[]) =>
  fc.assert(
    fc.asyncProperty(requests, async asked => {
      const answer = await send(asked)
      expect(check(asked, answer), shown(asked)).toEqual([])
    }),
    { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: BUDGET, markInterruptAsFailure: false },
  )

describe.each(operations.map(operation => [operation.name, operation] as const))('%s', (_, operation) => {
  it('answers what is documented to whatever is allowed', () =>
    holds(valid(operation, known), ({ aimed, sent }, answer) => faultsOf(aimed ? operation : undefined, answer, sent)))

  it('answers a documented problem to whatever is not', () =>
    holds(mutated(operation, known), ({ aimed, sent }, answer) =>
      faultsOf(aimed ? operation : undefined, answer, { ...sent, also: GENERAL }),
    ))
})

describe.each(operations.flatMap(operation => (operation.body ? [[operation.name, operation] as const] : [])))(
  '%s',
  (_, operation) => {
    it('bears 10,000 levels in every member of its body', async () => {
      for (const asked of deepened(operation, known, SEED)) {
        const answer = await send(asked)
        const faults = faultsOf(operation, answer, { ...asked.sent, also: GENERAL })
        expect(faults, shown(asked)).toEqual([])
      }
    })
  },
)

describe('what is no HTTP that Node reads', () => {
  /** Sends bytes as they are; answers the first line of what comes back before the connection is closed. */
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let said = ''
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => socket.write(bytes, 'latin1'))
      socket.setEncoding('latin1').on('data', text => {
        said += text
      })
      socket.on('error', reject).on('close', () => resolve(said.split('\r\n')[0] ?? ''))
      socket.setTimeout(10_000, () => socket.destroy(new Error('it hangs')))
    })

  it.each([
    ['a head of more than 16 KiB', `GET /health?a=${'b'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
    ['bytes beyond ASCII in the path', 'GET /\xe9\xff HTTP/1.1\r\nhost: a\r\n\r\n', 400],
    ['a line that is no request', 'HELLO\r\n\r\n', 400],
    ['no host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['a host that is none', 'GET /health HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n', 400],
    ['a control character in a header', 'GET /health HTTP/1.1\r\nhost: a\r\nx: a\x00b\r\n\r\n', 400],
    ['two lengths', 'POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a chunk of no length', 'POST /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n', 400],
  ])('%s is refused, and the gateway goes on', async (_, bytes, status) => {
    expect(await raw(bytes)).toContain(` ${status} `)
    expect((await caller.send({ method: 'GET', path: '/health', headers: {} })).status).toBe(200)
  })
})

describe('a body over KOINE_BODY_LIMIT', () => {
  const long = JSON.stringify({ name: 'x'.repeat(LIMIT) })
  const asked = (chunked: boolean, size = 1) => ({
    method: 'POST',
    path: '/environments',
    headers: { authorization: `Bearer ${known.root}`, 'content-type': 'application/json' },
    body: long.repeat(size),
    chunked,
  })

  it.each([
    ['with its length', false],
    ['without its length', true],
  ])('is refused %s, and the gateway goes on', async (_, chunked) => {
    for (const size of [1, 8]) {
      const answer = await caller.send(asked(chunked, size))
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'body-too-large'])
      expect(
        faultsOf(
          operations.find(({ name }) => name === 'POST /environments'),
          answer,
          { method: 'POST' },
        ),
      ).toEqual([])
    }
    expect((await caller.send({ method: 'GET', path: '/health', headers: {} })).status).toBe(200)
  })

  it('is one byte too long, not before', async () => {
    const text = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`
    const [fits, over] = await Promise.all(
      [LIMIT, LIMIT + 1].map(bytes => caller.send({ ...asked(false), body: text(bytes) })),
    )
    expect([fits!.status, over!.status]).toEqual([422, 413])
  })
})
