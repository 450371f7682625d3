// `node bench/crash-runs.ts`: thousands of runs of a provider that counts, over a gateway that is killed again and again in
// the middle of them. Afterwards none may be lost, none at the provider twice at once, none out of turn, and none repeated
// that may not be. `--quick` does 600 runs and 5 kills. Ends with 1 where something was violated.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Counted, countingUpstream } from '../test/runs/counting-upstream.ts'
import { connect, integrate, type Process, startProcess } from '../test/runs/process.ts'
import { machine, table } from './report.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    kills: { type: 'string' },
    durability: { type: 'string', default: 'normal' },
  },
})
const RUNS = Number(values.runs ?? (values.quick ? 600 : 6_000))
const KILLS = Number(values.kills ?? (values.quick ? 5 : 40))
const CONNECTIONS = 24
/** Milliseconds that the provider takes for a request. */
const TAKES = 20
/** A run that was under way at so many kills in a row is given up. */
const GIVEN_UP = 4
const PROVIDERS = ['hubspot', 'stripe'] as const
const END_MS = 120_000

interface Accepted {
  readonly id: string
  readonly n: number
  readonly connection: string
}
/** HubSpot honours no key: what is made there may be made once. */
const mayRepeat = ({ connection, n }: Accepted): boolean => connection.startsWith('stripe') || n % 3 === 0
const names = Array.from({ length: CONNECTIONS }, (_, n) => `${PROVIDERS[n % 2]}-${n}`)
const directory = mkdtempSync(join(tmpdir(), 'koine-crash-runs-'))
const upstream = await countingUpstream(TAKES)
const start = (): Promise<Process> => startProcess(join(directory, 'data'), { KOINE_DURABILITY: values.durability })

let gateway = await start()
for (const provider of PROVIDERS) await integrate(gateway, provider, upstream.url)
for (const [n, name] of names.entries()) await connect(gateway, PROVIDERS[n % 2] ?? 'hubspot', name)
const accepted: Accepted[] = []
let cut = 0
let isUp: Promise<unknown> = Promise.resolve()

/** Sends runs for a connection, one after the other; one whose answer was cut off is not sent again. */
async function send(connection: string): Promise<void> {
  for (let n = 1; n <= RUNS / CONNECTIONS; n++) {
    await isUp
    const asked =
      n % 3 === 0
        ? { action_name: 'get-contact', input: { id: `run-${n}`, fields: ['first_name'] } }
        : { action_name: 'create-contact', input: { first_name: `run-${n}` } }
    const headers = { 'connection-id': connection, 'x-async': 'true' }
    const answer = await gateway.call('POST /action/trigger', asked, headers).catch(() => undefined)
    if (answer?.status === 202) accepted.push({ id: answer.body.id, n, connection })
    else cut++
    await delay(Math.random() * 2 * TAKES)
  }
}
const sending = Promise.all(names.map(send))
for (let kill = 0; kill < KILLS; kill++) {
  await delay(100 + Math.random() * 1_000)
  const { promise, resolve } = Promise.withResolvers<void>()
  isUp = promise
  await gateway.kill()
  gateway = await start()
  resolve()
}
await sending

const ended = new Map<string, { state: string; attempts: number }>()
const until = Date.now() + END_MS
for (const { id } of accepted)
  for (;;) {
    const { body } = await gateway.call(`GET /runs/${id}`)
    if (typeof body.ended_at === 'string') {
      ended.set(id, body)
      break
    }
    if (Date.now() > until) break
    await delay(50)
  }
await gateway.kill()
await upstream.close()
rmSync(directory, { recursive: true, force: true })

const of = (name: string): Counted[] => upstream.requests.filter(({ connection }) => connection === name)
const requests = new Map(names.map(name => [name, of(name)]))
const times = ({ connection, n }: Accepted): number =>
  (requests.get(connection) ?? []).filter(({ run, isWrite }) => run === n && isWrite === (n % 3 !== 0)).length
const inState = (state: string): Accepted[] => accepted.filter(({ id }) => ended.get(id)?.state === state)
const interrupted = inState('interrupted')
const isOutOfTurn = (all: readonly Counted[]): boolean => all.some(({ run }, i) => run < (all[i - 1]?.run ?? 0))
const violations = {
  'accepted and never ended': accepted.length - ended.size,
  'ended as something else than succeeded or interrupted':
    ended.size - inState('succeeded').length - interrupted.length,
  'succeeded and never at the provider': inState('succeeded').filter(run => times(run) === 0).length,
  'at the provider twice at once': upstream.overlaps.length,
  'connections with a run out of turn, or repeated after its end': [...requests.values()].filter(isOutOfTurn).length,
  'repeated that may not be': accepted.filter(run => !mayRepeat(run) && times(run) > 1).length,
  'repeated under another key': accepted.filter(({ connection, n, id }) =>
    (requests.get(connection) ?? []).some(
      ({ run, isWrite, key }) => connection.startsWith('stripe') && isWrite && run === n && key !== id,
    ),
  ).length,
  'interrupted that may be repeated': interrupted.filter(
    run => mayRepeat(run) && (ended.get(run.id)?.attempts ?? 0) < GIVEN_UP,
  ).length,
  'connections with more interrupted than kills': names.filter(
    name => interrupted.filter(({ connection }) => connection === name).length > KILLS,
  ).length,
}
const repeated = accepted.filter(run => times(run) > 1).length
console.log(`${machine()}\n`)
console.log(
  table([
    [`${KILLS} kills`, ''],
    ['accepted', String(accepted.length)],
    ['requests without an answer', String(cut)],
    ['succeeded', String(inState('succeeded').length)],
    ['interrupted', String(interrupted.length)],
    ['carried out again, as they may be', String(repeated)],
  ]),
)
console.log(`\n${table([['violations', ''], ...Object.entries(violations).map(([what, n]) => [what, String(n)])])}`)
process.exitCode = Object.values(violations).some(n => n !== 0) ? 1 : 0
