// `npm run bench`: what a request, a page, a start and the Worker cost, beside what the project aims at. It asserts
// nothing and keeps nothing. `npm run bench -- --quick` takes a minute and is for a first look.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CONTACTS } from './ask.ts'
import { measureBulkhead } from './bulkhead.ts'
import { measureNoOps, measureReading, READ_CONTACTS } from './functions.ts'
import { startGateway, startWithFunctions } from './gateway.ts'
import { yardstick } from './handlers.ts'
import type { MappingFigures } from './mapping.ts'
import { compare, inTurn, measure } from './measure.ts'
import { runScript, type Server } from './process.ts'
import {
  type Aim,
  busy,
  counted,
  LOAD_HEADS,
  loadRow,
  machine,
  moreOf,
  number,
  rateOf,
  ratioRow,
  type Section,
  spread,
  table,
} from './report.ts'
import { measureRuns } from './runs.ts'
import { measureStartUp } from './start-up.ts'
import { buildBundle, startWorker } from './worker.ts'

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values
const effort = quick
  ? {
      warm: 2,
      seconds: 0.6,
      rounds: 4,
      functionRounds: 2,
      bulkheadRounds: 2,
      workerRounds: 1,
      batches: 500,
      starts: 3,
      runRounds: 1,
      queued: 10_000,
    }
  : {
      warm: 5,
      seconds: 1.2,
      rounds: 15,
      functionRounds: 9,
      bulkheadRounds: 7,
      workerRounds: 5,
      batches: 3_000,
      starts: 15,
      runRounds: 3,
      queued: 100_000,
    }
const CONNECTIONS = [1, 16] as const
const PROVIDERS = [4, 100] as const

const aims: Aim[] = []
const say = (title: string, rows: readonly (readonly string[])[]) => console.log(`\n${title}\n${table(rows)}`)
const sayAll = (section: Section) => {
  say(section.title, section.rows)
  aims.push(...section.aims)
}

const temporary = mkdtempSync(join(tmpdir(), 'koine-bench-'))
const running: Server[] = []
const keep = async (started: Promise<Server>): Promise<Server> => {
  const server = await started
  running.push(server)
  return server
}
/** Stops what runs, the last first; the first that was started may stay. */
const stopAll = async (from = 0) => {
  for (const server of running.splice(from).reverse()) await server.stop()
}

/** Ours and the hand-written handler in turn, at one number of connections. */
async function sideBySide(servers: { ours: Server; theirs: Server }, name: string, connections: number): Promise<void> {
  const targets = { ours: { server: servers.ours, ask: CONTACTS }, theirs: { server: servers.theirs, ask: CONTACTS } }
  const { ours, theirs } = await inTurn(targets, { ...effort, connections })
  say(`On Node, ${counted(connections)}`, [
    LOAD_HEADS,
    loadRow('gateway', ours),
    loadRow(name, theirs),
    ratioRow(ours, theirs),
  ])
  const rate = compare(ours, theirs, rateOf)
  aims.push({
    what: `throughput beside ${name}, ${counted(connections)}`,
    wanted: '≥ 0.85 ×',
    figure: `${number(rate, 2)} × ${spread(ours, theirs, rateOf)}`,
    met: rate >= 0.85,
  })
  if (connections > 1) return
  const more = compare(ours, theirs, moreOf)
  aims.push({
    what: 'more at p50, 1 connection',
    wanted: '≤ 0.3 ms',
    figure: `${number(more, 2)} ms ${spread(ours, theirs, moreOf)}`,
    met: more <= 0.3,
  })
}

async function onNode(upstream: Server): Promise<void> {
  const { name, startHandler } = yardstick()
  const servers = {
    ours: await keep(startGateway(upstream.url, temporary)),
    theirs: await keep(startHandler(upstream)),
  }
  for (const server of Object.values(servers)) await measure({ server, ask: CONTACTS }, 16, effort.warm)
  for (const connections of CONNECTIONS) await sideBySide(servers, name, connections)
}

/** Action functions through the trigger, in a gateway that has them besides its own. */
async function withFunctions(upstream: Server): Promise<void> {
  const { name, startHandler } = yardstick()
  const gateway = await keep(startWithFunctions(upstream.url, temporary))
  const handler = await keep(startHandler(upstream))
  const less = { ...effort, rounds: effort.functionRounds }
  for (const server of [gateway, handler]) await measure({ server, ask: CONTACTS }, 16, effort.warm)
  await measure({ server: gateway, ask: READ_CONTACTS }, 16, effort.warm)
  sayAll(await measureNoOps(gateway, less))
  for (const connections of CONNECTIONS) sayAll(await measureReading({ gateway, handler, name }, connections, less))
}

async function atTheEdge(upstream: Server): Promise<void> {
  const bundle = await buildBundle(temporary)
  const worker = { server: await keep(startWorker(bundle, upstream.url)), ask: CONTACTS }
  await measure(worker, 16, effort.warm)
  const rows = [LOAD_HEADS]
  for (const connections of CONNECTIONS) {
    const { worker: samples } = await inTurn({ worker }, { ...effort, rounds: effort.workerRounds, connections })
    rows.push(loadRow(counted(connections), samples))
  }
  say('The built Worker in workerd', rows)
  const kilobytes = bundle.gzipped / 1024
  aims.push({
    what: 'the Worker, gzipped',
    wanted: '< 300 KB',
    figure: `${number(kilobytes, 0)} KB (${number(bundle.bytes / 1024, 0)} KB before)`,
    met: kilobytes < 300,
  })
}

async function mappingAlone(): Promise<void> {
  const figures = await runScript<MappingFigures>('mapping.ts', [String(effort.batches)])
  const row = (name: string, ms: number, ratio = ms / figures.parse) => [name, number(ms, 3), number(ratio, 2)]
  say('A page of 100 contacts, without a network', [
    ['', 'ms', '× parsing'],
    row('JSON.parse of the provider’s page', figures.parse),
    row('reading it with the compiled mapping', figures.read, figures.readToParse),
    row('mapping it by hand', figures.byHand, figures.byHandToParse),
    row('one JSONata expression', figures.jsonata, figures.jsonataToParse),
    row('JSON.stringify of the unified page', figures.write),
  ])
  if (!figures.same) console.log('They read different contacts from this page: their times do not compare.')
  aims.push({
    what: 'reading a page beside parsing it',
    wanted: '≤ 1.0 ×',
    figure: `${number(figures.readToParse, 2)} ×`,
    met: figures.readToParse <= 1,
  })
}

async function startUp(): Promise<void> {
  const { few, many, ratio } = await measureStartUp(temporary, PROVIDERS, effort.starts)
  say('From the start of the process to the first answer of /health', [
    ['', 'ms'],
    [`${PROVIDERS[0]} providers`, number(few, 0)],
    [`${PROVIDERS[1]} providers`, number(many, 0)],
  ])
  aims.push({
    what: `start-up with ${PROVIDERS[1]} providers beside ${PROVIDERS[0]}`,
    wanted: '≤ 1.2 ×',
    figure: `${number(ratio, 2)} ×`,
    met: ratio <= 1.2,
  })
}

console.log(machine())
if (busy()) console.log('The machine is doing other work: compare ratios, and repeat until they agree.')
try {
  const upstream = await keep(yardstick().startUpstream())
  await onNode(upstream)
  await stopAll(1)
  await withFunctions(upstream)
  await stopAll(1)
  await atTheEdge(upstream)
  await stopAll()
  sayAll(await measureBulkhead(temporary, { ...effort, rounds: effort.bulkheadRounds }))
  sayAll(await measureRuns(temporary, { rounds: effort.runRounds, queued: effort.queued }))
  await mappingAlone()
  await startUp()
} finally {
  await stopAll()
  rmSync(temporary, { recursive: true, force: true })
}
say('Aims', [
  ['', 'aim', 'measured', ''],
  ...aims.map(({ what, wanted, figure, met }) => [
    what,
    wanted ?? '',
    figure,
    met === undefined ? '' : met ? 'met' : 'short',
  ]),
])
