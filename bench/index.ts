// `npm run bench`: what a request, a page, a start and the Worker cost, beside what the project aims at. It asserts
// nothing and keeps nothing. `npm run bench -- --quick` takes half a minute and is for a first look.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startGateway } from './gateway.ts'
import { yardstick } from './handlers.ts'
import type { MappingFigures } from './mapping.ts'
import { compare, inTurn, measure, type Sample } from './measure.ts'
import { runScript, type Server } from './process.ts'
import { type Aim, busy, LOAD_HEADS, loadRow, machine, number, ratioRow, spread, table } from './report.ts'
import { measureStartUp } from './start-up.ts'
import { buildBundle, startWorker } from './worker.ts'

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values
const effort = quick
  ? { warm: 2, seconds: 0.6, rounds: 4, workerRounds: 1, batches: 500, starts: 3 }
  : { warm: 5, seconds: 1.2, rounds: 15, workerRounds: 5, batches: 3_000, starts: 15 }
const CONNECTIONS = [1, 16] as const
const PROVIDERS = [4, 100] as const

const aims: Aim[] = []
const say = (title: string, rows: readonly (readonly string[])[]) => console.log(`\n${title}\n${table(rows)}`)
const rateOf = (ours: Sample, theirs: Sample) => ours.rate / theirs.rate
const moreOf = (ours: Sample, theirs: Sample) => ours.p50 - theirs.p50

const temporary = mkdtempSync(join(tmpdir(), 'koine-bench-'))
const running: Server[] = []
const keep = async (started: Promise<Server>): Promise<Server> => {
  const server = await started
  running.push(server)
  return server
}
const stopAll = async () => {
  for (const server of running.splice(0).reverse()) await server.stop()
}

const counted = (connections: number): string => (connections === 1 ? '1 connection' : `${connections} connections`)

/** Ours and the hand-written handler in turn, at one number of connections. */
async function sideBySide(servers: { ours: Server; theirs: Server }, name: string, connections: number): Promise<void> {
  const { ours, theirs } = await inTurn(servers, { ...effort, connections })
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
  for (const server of Object.values(servers)) await measure(server, 16, effort.warm)
  for (const connections of CONNECTIONS) await sideBySide(servers, name, connections)
}

async function atTheEdge(upstream: Server): Promise<void> {
  const bundle = await buildBundle(temporary)
  const worker = await keep(startWorker(bundle, upstream.url))
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
    row('JSON.stringify of the unified page', figures.write),
  ])
  if (!figures.same) console.log('The two read different contacts from this page: their times do not compare.')
  console.log('JSONata is not among the dependencies; there is no column for it.')
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
  for (const server of running.splice(1).reverse()) await server.stop()
  await atTheEdge(upstream)
  await stopAll()
  await mappingAlone()
  await startUp()
} finally {
  await stopAll()
  rmSync(temporary, { recursive: true, force: true })
}
say('Aims', [
  ['', 'aim', 'measured', ''],
  ...aims.map(({ what, wanted, figure, met }) => [what, wanted, figure, met ? 'met' : 'short']),
])
