// `node bench/crash.ts`: 10,000 mixed requests, 5 percent of the visits to a provider that fails, over a gateway that is
// killed 60 times in the middle of them. Afterwards nothing acknowledged may be lost, nothing doubled, nothing damaged, and
// what was erased must be gone. `--quick` does 600 requests and 6 kills. Ends with 1 where something was violated.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { faults } from '../sandbox/faults.ts'
import { sandboxes } from '../sandbox/index.ts'
import { startSandbox } from '../sandbox/server.ts'
import { ask, type Ledger, repeat, type Visited, visitOnce } from './crash-ledger.ts'
import { settings } from './gateway.ts'
import { freePort, type Server, startServer } from './process.ts'
import type { Line } from './traffic.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    requests: { type: 'string' },
    kills: { type: 'string' },
    faults: { type: 'string', default: '0.05' },
    /** `KOINE_DURABILITY` of the gateway. */
    durability: { type: 'string', default: 'normal' },
  },
})
const REQUESTS = Number(values.requests ?? (values.quick ? 600 : 10_000))
const KILLS = Number(values.kills ?? (values.quick ? 6 : 60))
/** Visits under way at once. */
const VISITORS = 16
/** Providers whose imitations were written by hand: these find out about records that are made twice. */
const PROVIDERS = ['hubspot', 'salesforce']
/** How long what was cut off may take to be carried on after the last start. */
const SETTLE_MS = 30_000

const directory = mkdtempSync(join(tmpdir(), 'koine-crash-'))
const sandbox = await startSandbox()
const port = await freePort()
const start = (): Promise<Server> =>
  startServer('src/node.ts', [], {
    port,
    environment: {
      ...settings,
      PORT: String(port),
      KOINE_DATA: directory,
      KOINE_DURABILITY: values.durability,
      // The lease of a create that was cut off is four times as long.
      KOINE_PROVIDER_TIMEOUT: '1',
    },
  })
let gateway = await start()
const ledger: Ledger = { requests: 0, cut: 0, statuses: new Map(), violations: [], creations: [], connections: [] }
const healthy: Line[] = []
const faulty: Line[] = []
const visited: Visited = {
  gateway: gateway.url,
  key: settings.KOINE_SECRET_KEY,
  healthy,
  faulty,
  faults: Number(values.faults),
}

async function must(method: string, path: string, body?: unknown) {
  const answer = await ask(visited, ledger, { method, path, body })
  if (!answer || answer.status >= 300) throw new Error(`${method} ${path} answered ${answer?.status}`)
  return answer.body
}
async function furnish(): Promise<void> {
  for (const provider of PROVIDERS) {
    const { credentials, connection_config } = sandboxes[provider]!
    const integration_config = { base_url: `${sandbox.url}/${provider}` }
    await must('POST', '/integrations', { provider, unique_key: provider, integration_config })
    for (const fault of [undefined, ...Object.keys(faults)]) {
      const connection = fault ?? 'sound'
      const given = { provider_config_key: provider, connection_id: connection, connection_config }
      await must('POST', '/connections', { ...given, credentials: credentials(fault) })
      const to = fault === undefined ? healthy : faulty
      to.push({ provider, connection })
    }
  }
}

/** Kills the gateway in the middle of its work and starts it again. */
async function crash(): Promise<void> {
  process.kill(gateway.pid, 'SIGKILL')
  await gateway.stop()
  gateway = await start()
}
async function visitAll(): Promise<number> {
  const first = ledger.requests
  let kills = 0
  const killing = (async () => {
    while (kills < KILLS) {
      if (ledger.requests - first >= ((kills + 1) * REQUESTS) / (KILLS + 1)) {
        kills++
        await crash()
      } else await delay(5)
    }
  })()
  const visitor = async () => {
    while (ledger.requests - first < REQUESTS || kills < KILLS) await visitOnce(visited, ledger)
  }
  await Promise.all([killing, ...Array.from({ length: VISITORS }, visitor)])
  return kills
}

/** How many records of each name a provider has. */
async function namesAt(line: Line): Promise<Map<string, number>> {
  const names = new Map<string, number>()
  for (let cursor: string | null = null, page = 0; page === 0 || cursor !== null; page++) {
    const path: string = `/contacts?limit=100&fields=last_name${cursor === null ? '' : `&cursor=${cursor}`}`
    const answer = await ask(visited, ledger, { method: 'GET', path, line })
    for (const { last_name } of answer?.body?.data ?? []) names.set(last_name, (names.get(last_name) ?? 0) + 1)
    cursor = answer?.body?.next_cursor ?? null
  }
  return names
}
async function checkCreations(): Promise<void> {
  for (const line of healthy) {
    const names = await namesAt(line)
    for (const { name, state, line: of } of ledger.creations) {
      if (of.provider !== line.provider) continue
      const count = names.get(name) ?? 0
      if (count > 1) ledger.violations.push(`a create was carried out ${count} times (${state})`)
      if (state === 'made' && count === 0) ledger.violations.push('a record that was acknowledged is not there')
    }
  }
  const made = ledger.creations.filter(({ state }) => state === 'made')
  for (const creation of made.filter((_, index) => index % 10 === 0)) {
    const again = await repeat(visited, ledger, creation)
    if (again?.body?.data?.id !== creation.id || !again?.replayed)
      ledger.violations.push(`an answer was not given again, but ${again?.status} ${again?.body?.code}`)
  }
}
async function checkConnections(): Promise<void> {
  for (const { id, state, acknowledged, sent } of ledger.connections) {
    if (state === 'open') continue
    const found = (await must('GET', `/connections?connectionId=${id}`)).connections
    if (state === 'gone' && found.length > 0) ledger.violations.push('a deleted connection is there')
    if (state === 'gone') continue
    const value = found[0]?.metadata?.value
    if (found.length !== 1) ledger.violations.push(`a connection is there ${found.length} times`)
    else if (value < acknowledged || value > sent)
      ledger.violations.push(`metadata is ${value}; ${acknowledged} was acknowledged, ${sent} sent`)
  }
}

/** Rows that belong to a connection that is not there any more, once what was cut off has been carried on. */
async function leftovers(): Promise<number> {
  const [main, logs] = ['koine', 'koine-logs'].map(
    name => new DatabaseSync(join(directory, `${name}.sqlite`), { readOnly: true, timeout: 1000 }),
  )
  const known = JSON.stringify(
    main!
      .prepare('SELECT uuid FROM connections')
      .all()
      .map(({ uuid }) => uuid),
  )
  const count = (of: DatabaseSync, table: string) =>
    Number(
      of
        .prepare(
          `SELECT count(*) AS n FROM ${table} WHERE connection <> '' AND connection NOT IN (SELECT value FROM json_each(?))`,
        )
        .get(known)?.n,
    )
  const left = count(main!, 'idempotent_answers') + count(main!, 'idempotent_parts') + count(logs!, 'logs')
  const begun = Number(main!.prepare('SELECT count(*) AS n FROM erasures WHERE state < 2').get()?.n)
  main!.close()
  logs!.close()
  return left + begun
}
function checkFiles(): void {
  for (const name of ['koine', 'koine-logs']) {
    const database = new DatabaseSync(join(directory, `${name}.sqlite`))
    const rows = database.prepare('PRAGMA integrity_check').all()
    if (rows.length !== 1 || rows[0]?.integrity_check !== 'ok') ledger.violations.push(`${name}.sqlite is damaged`)
    database.close()
  }
}

try {
  await furnish()
  const began = performance.now()
  const kills = await visitAll()
  const seconds = (performance.now() - began) / 1000
  const { requests, cut } = ledger
  await checkCreations()
  await checkConnections()
  const until = performance.now() + SETTLE_MS
  let left = await leftovers()
  while (left > 0 && performance.now() < until) {
    await delay(500)
    left = await leftovers()
  }
  if (left > 0) ledger.violations.push(`${left} rows of erased connections are left`)
  await gateway.stop()
  checkFiles()
  const states = (all: readonly { state: string }[]) => {
    const counts = new Map<string, number>()
    for (const { state } of all) counts.set(state, (counts.get(state) ?? 0) + 1)
    return [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
  }
  const statuses = [...ledger.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  console.log(
    [
      `${requests} requests in ${seconds.toFixed(0)} s, ${kills} kills, ${cut} requests cut off`,
      `answers      ${statuses.join(', ')}`,
      `creates      ${states(ledger.creations)}`,
      `connections  ${states(ledger.connections)}`,
      `violations   ${ledger.violations.length === 0 ? 'none' : [...new Set(ledger.violations)].join('; ')}`,
    ].join('\n'),
  )
  if (ledger.violations.length > 0) process.exitCode = 1
} finally {
  await gateway.stop()
  await sandbox.close()
  rmSync(directory, { recursive: true, force: true })
}
