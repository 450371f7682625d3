// `node bench/runs.ts`: how fast queues carry runs out beside loops that call the same provider and keep nothing, and what
// a long queue costs. `--quick` takes less of everything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { settings } from './gateway.ts'
import { cpuOf, freePort, runScript, type Server, startServer } from './process.ts'
import { productFlags } from './product-flags.ts'
import type { Queued } from './queued.ts'
import { type Aim, busy, machine, number, type Section, table } from './report.ts'

/** Milliseconds that the provider takes for a request. */
const TAKES = 100
/** Requests that are under way while runs are accepted. */
const ACCEPTING = 32

interface Figures {
  readonly count: number
  /** Requests that are held. */
  readonly held: number
  /** From `/go` to the last answer. */
  readonly ms: number
}
const figuresOf = async (upstream: Server, path = '/figures'): Promise<Figures> =>
  (await (await fetch(upstream.url + path)).json()) as Figures

async function startUpstream(): Promise<Server> {
  const port = await freePort()
  return startServer('bench/runs-upstream.ts', [String(port), String(TAKES)], { port })
}
async function startGateway(directory: string): Promise<Server> {
  const port = await freePort()
  return startServer('src/node.ts', [], {
    port,
    flags: productFlags(),
    environment: { ...settings, KOINE_PROVIDER_TIMEOUT: '60', PORT: String(port), KOINE_DATA: directory },
    log: `${directory}.log`,
  })
}

/** Does something for each number below `count`, some at a time. */
async function each(count: number, act: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: ACCEPTING }, work))
}
async function post(gateway: Server, path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(gateway.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.KOINE_SECRET_KEY}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${text}`)
}

/** Milliseconds that queues take for runs which were all accepted before, that accepting one took, and of CPU for one. */
async function carryOut(directory: string, upstream: Server, { connections, runs }: Load) {
  const gateway = await startGateway(join(directory, `runs-${connections}-${Math.random()}`))
  try {
    await post(gateway, '/integrations', {
      provider: 'hubspot',
      unique_key: 'crm',
      integration_config: { base_url: upstream.url },
    })
    await each(connections, n =>
      post(gateway, '/connections?verify=false', {
        provider_config_key: 'crm',
        connection_id: `c${n}`,
        credentials: { type: 'OAUTH2', access_token: `token-${n}` },
      }),
    )
    await figuresOf(upstream, '/hold')
    const began = performance.now()
    await each(connections * runs, n =>
      post(
        gateway,
        '/action/trigger',
        { action_name: 'get-contact', input: { id: '1', fields: ['first_name'] } },
        { 'connection-id': `c${n % connections}`, 'x-async': 'true' },
      ),
    )
    const accepted = (performance.now() - began) / (connections * runs)
    for (let before = -1, now = 0; now !== before; ) {
      await delay(200)
      ;[before, now] = [now, (await figuresOf(upstream)).held]
    }
    const used = cpuOf(gateway.pid) ?? Number.NaN
    await figuresOf(upstream, '/go')
    for (;;) {
      const { count, ms } = await figuresOf(upstream)
      if (count >= connections * runs) return { ms, accepted, cpu: ((cpuOf(gateway.pid) ?? Number.NaN) - used) / count }
      await delay(50)
    }
  } finally {
    await gateway.stop()
  }
}

interface Load {
  readonly connections: number
  readonly runs: number
}
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Carries runs out, and has loops do the same, in turn. */
async function besideLoops(directory: string, load: Load, rounds: number) {
  const upstream = await startUpstream()
  try {
    const [ours, theirs, accepted, cpu, theirCpu]: number[][] = [[], [], [], [], []]
    for (let round = 0; round < rounds; round++) {
      const { ms, accepted: each, cpu: used } = await carryOut(directory, upstream, load)
      ours?.push(ms)
      accepted?.push(each)
      cpu?.push(used)
      const args = [upstream.url, String(load.connections), String(load.runs)]
      const loops = await runScript<{ ms: number; cpu: number }>('bare-loop.ts', args)
      theirs?.push(loops.ms)
      theirCpu?.push(loops.cpu / (load.connections * load.runs))
    }
    return {
      ours: middle(ours ?? []),
      theirs: middle(theirs ?? []),
      accepted: middle(accepted ?? []),
      cpu: middle(cpu ?? []),
      theirCpu: middle(theirCpu ?? []),
    }
  } finally {
    await upstream.stop()
  }
}

/** Measures runs over queues, and queues that are long. */
export async function measureRuns(
  directory: string,
  { rounds, queued }: { rounds: number; queued: number },
): Promise<Section> {
  const runs = 10
  const ideal = runs * TAKES
  const few = await besideLoops(directory, { connections: 100, runs }, rounds)
  const many = await besideLoops(directory, { connections: 1_000, runs }, rounds)
  const short = await runScript<Queued>('queued.ts', ['1000', '1'])
  const long = await runScript<Queued>('queued.ts', [String(queued), '1'])
  const wide = await runScript<Queued>('queued.ts', [String(queued), '1000'])
  const row = (name: string, { ours, theirs, accepted, cpu, theirCpu }: typeof few, count: number) => [
    name,
    number(ours, 0),
    number(theirs, 0),
    number((count * 1000) / ours, 0),
    number((count * 1000) / theirs, 0),
    number(accepted, 2),
    number(cpu, 2),
    number(theirCpu, 2),
  ]
  const kept = (name: string, { accept, take, memory }: Queued) => [
    name,
    number(take, 3),
    number(accept, 3),
    number(memory, 0),
    '',
    '',
    '',
    '',
  ]
  const ratio = many.theirs / many.ours
  const growth = long.take / short.take
  return {
    title: `Runs of ${TAKES} ms beside loops that keep nothing`,
    rows: [
      ['', 'runs ms', 'loops ms', 'runs/s', 'loops/s', 'ms to accept one', 'CPU ms/run', 'of a loop'],
      row('100 connections × 10', few, 1_000),
      row('1000 connections × 10', many, 10_000),
      ['', 'ms to take one', 'to store one', 'heap MB', '', '', '', ''],
      kept('1,000 queued in one queue', short),
      kept(`${queued} queued in one queue`, long),
      kept(`${queued} queued in 1,000 queues`, wide),
    ],
    aims: [
      {
        what: '100 connections × 10 runs beside the ideal',
        wanted: '≤ 1.5 ×',
        figure: `${number(few.ours / ideal, 2)} ×`,
        met: few.ours / ideal <= 1.5,
      },
      {
        what: '1,000 connections × 10 runs beside loops',
        wanted: '≥ 0.7 × their rate',
        figure: `${number(ratio, 2)} ×`,
        met: ratio >= 0.7,
      },
      {
        what: `taking a run of ${queued} queued beside one of 1,000`,
        wanted: '≤ 1.2 ×',
        figure: `${number(growth, 2)} ×`,
        met: growth <= 1.2,
      },
    ] satisfies Aim[],
  }
}

if (import.meta.main) {
  const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values
  const directory = mkdtempSync(join(tmpdir(), 'koine-runs-'))
  try {
    console.log(machine())
    if (busy()) console.log('The machine is doing other work: compare ratios, and repeat until they agree.')
    const { title, rows, aims } = await measureRuns(
      directory,
      quick ? { rounds: 1, queued: 10_000 } : { rounds: 3, queued: 100_000 },
    )
    console.log(`\n${title}\n${table(rows)}\n`)
    console.log(
      table([['', 'aim', 'measured'], ...aims.map(({ what, wanted = '', figure }) => [what, wanted, figure])]),
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
