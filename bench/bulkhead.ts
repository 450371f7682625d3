// `node bench/bulkhead.ts`: what a fast account notices of others that are slow, as ratios in one run. `--quick` takes
// half a minute.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Ask, CONTACTS, get, HEADERS } from './ask.ts'
import { settings } from './gateway.ts'
import { compare, measure, middle, type Sample } from './measure.ts'
import { end, firstLine, freePort, type Server, startServer } from './process.ts'
import { type Aim, counted, machine, number, type Section, spread, table } from './report.ts'

/** Milliseconds that the slow accounts' provider takes. */
const SLOW_MS = 2_000
/** Requests that a slow account keeps under way: more than any one host has connections to it. */
const SLOW = 400
/** Connections of the fast account. */
const FAST = 2

interface Effort {
  readonly seconds: number
  readonly rounds: number
}
/** What stands beside the fast account; undefined for nothing. */
interface Beside {
  readonly name: string
  readonly ask?: Ask
  readonly isUnread?: boolean
}

const like = (ask: Ask, connection: string, integration: string): Ask => ({
  ...ask,
  headers: { ...HEADERS, 'connection-id': connection, 'provider-config-key': integration },
})
const SITUATIONS: readonly Beside[] = [
  { name: 'alone' },
  { name: 'beside a slow account of its host', ask: like(CONTACTS, 'slow', 'here') },
  { name: 'beside a slow host', ask: like(CONTACTS, 'slow-there', 'there') },
  {
    name: 'beside streams of its host that nobody reads',
    ask: like(get('/proxy/endless'), 'slow', 'here'),
    isUnread: true,
  },
]

async function startUpstream(): Promise<Server> {
  const port = await freePort()
  return startServer('bench/slow-upstream.ts', [String(port), String(SLOW_MS)], { port })
}

/** A gateway of its own data with two integrations: a fast and a slow account at one host, a slow one at another. */
async function startGateway(directory: string, here: string, there: string): Promise<Server> {
  const port = await freePort()
  const server = await startServer('src/node.ts', [], {
    port,
    environment: { ...settings, PORT: String(port), KOINE_DATA: join(directory, 'bulkhead') },
    log: join(directory, 'bulkhead.log'),
  })
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: HEADERS.authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`)
  }
  const integrate = (unique_key: string, base_url: string) =>
    post('/integrations', { provider: 'hubspot', unique_key, integration_config: { base_url } })
  const connect = (provider_config_key: string, connection_id: string, access_token: string) =>
    post('/connections', {
      provider_config_key,
      connection_id,
      credentials: { type: 'OAUTH2', access_token },
    })
  await integrate('here', here)
  await integrate('there', there)
  await connect('here', HEADERS['connection-id'], 'fast-account')
  await connect('here', 'slow', 'slow-account')
  await connect('there', 'slow-there', 'slow-account')
  return server
}

/** Has others at work while something is done. */
async function beside<T>(gateway: string, { ask, isUnread }: Beside, act: () => Promise<T>): Promise<T> {
  if (!ask) return act()
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('saturate.ts', import.meta.url)),
      gateway,
      String(SLOW),
      isUnread ? 'unread' : 'read',
      JSON.stringify(ask),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    await firstLine(child)
    return await act()
  } finally {
    await end(child)
  }
}

const ratio = (figure: 'p50' | 'p99') => (a: Sample, b: Sample) => a[figure] / b[figure]

/** Measures the fast account in each situation in turn, round after round. */
export async function measureBulkhead(directory: string, { seconds, rounds }: Effort): Promise<Section> {
  const running: Server[] = []
  try {
    const here = await startUpstream()
    running.push(here)
    const there = await startUpstream()
    running.push(there)
    const gateway = await startGateway(directory, here.url, there.url)
    running.push(gateway)
    const fast = { server: gateway, ask: like(CONTACTS, HEADERS['connection-id'], 'here') }
    await measure(fast, FAST, seconds)
    const samples = SITUATIONS.map((): Sample[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [i, situation] of SITUATIONS.entries())
        samples[i]!.push(await beside(gateway.url, situation, () => measure(fast, FAST, seconds)))
    const [alone = [], ...others] = samples
    const row = (name: string, of: readonly Sample[]) => [
      name,
      number(middle(of, 'p50'), 2),
      number(compare(of, alone, ratio('p50')), 2),
      number(middle(of, 'p99'), 2),
      number(compare(of, alone, ratio('p99')), 2),
    ]
    return {
      title: `A fast account, ${counted(FAST)}, beside ${SLOW} requests of ${SLOW_MS} ms`,
      rows: [
        ['', 'p50 ms', '× alone', 'p99 ms', '× alone'],
        ...SITUATIONS.map(({ name }, i) => row(name, samples[i]!)),
      ],
      aims: others.map((of, i): Aim => {
        const figure = compare(of, alone, ratio('p99'))
        return {
          what: `p99 ${SITUATIONS[i + 1]!.name}`,
          wanted: '≤ 2 × alone',
          figure: `${number(figure, 2)} × ${spread(of, alone, ratio('p99'))}`,
          met: figure <= 2,
        }
      }),
    }
  } finally {
    for (const server of running.reverse()) await server.stop()
  }
}

if (import.meta.main) {
  const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values
  const directory = mkdtempSync(join(tmpdir(), 'koine-bulkhead-'))
  try {
    const { title, rows, aims } = await measureBulkhead(
      directory,
      quick ? { seconds: 1, rounds: 3 } : { seconds: 3, rounds: 7 },
    )
    console.log(`${machine()}\n\n${title}\n${table(rows)}\n`)
    console.log(
      table([['', 'aim', 'measured'], ...aims.map(({ what, wanted = '', figure }) => [what, wanted, figure])]),
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
