// `node bench/soak.ts --minutes 10`: mixed traffic with 5 percent faults over a gateway in a process of its own, and
// whether anything grows or is left: memory, descriptors, late or untyped answers. Fails when an answer was untyped or
// late.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { faults } from '../sandbox/faults.ts'
import { sandboxes } from '../sandbox/index.ts'
import { startSandbox } from '../sandbox/server.ts'
import { settings } from './gateway.ts'
import { cpuOf, freePort, memoryOf, type Server, startServer } from './process.ts'
import { productFlags } from './product-flags.ts'
import { quantile } from './statistics.ts'
import { type Line, type Seen, type Traffic, visit } from './traffic.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** Visits a second. A visit is one request, or a few. */
    rate: { type: 'string', default: '60' },
    faults: { type: 'string', default: '0.05' },
    /** MB of the gateway's old heap, where it is to be bounded: V8 collects late on a machine with much memory. */
    heap: { type: 'string' },
  },
})
const MINUTES = Number(values.minutes)
const RATE = Number(values.rate)
/** Seconds that one call to a provider may take. */
const TIMEOUT = 3
/** What an answer may take: a write has two or three calls to a provider, each with its own time, and some of ours. */
const PATIENCE_MS = TIMEOUT * 1000 * 3 + 1_000
const SAMPLE_MS = 2_000
/** Share of the run that is left out of the slope: caches fill, code is compiled. */
const WARM_UP = 0.25
/** Idle connections to providers are kept for half a minute. */
const SETTLE_MS = 40_000
/** Visits under way at most, so that a slow gateway is told by its latency and not by this process's memory. */
const MOST = 200

interface Sample {
  readonly minute: number
  readonly rss: number
  readonly descriptors: number
}

const descriptorsOf = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return Number.NaN
  }
}

/** The slope of a line through points, by least squares: MB a minute. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, s) => sum + of(s), 0) / samples.length
  const [x, y] = [mean(s => s.minute), mean(s => s.rss)]
  const over = samples.reduce((sum, s) => sum + (s.minute - x) * (s.rss - y), 0)
  return over / samples.reduce((sum, s) => sum + (s.minute - x) ** 2, 0)
}

/** Makes an integration for each sandbox provider, with one sound connection and one for each fault. */
async function connect(gateway: string, sandbox: string): Promise<{ healthy: Line[]; faulty: Line[] }> {
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(gateway + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.KOINE_SECRET_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
  const healthy: Line[] = []
  const faulty: Line[] = []
  for (const [provider, { credentials, connection_config, models }] of Object.entries(sandboxes)) {
    // The traffic asks for these three alone.
    if (!['contacts', 'companies', 'deals'].every(model => models.includes(model))) continue
    const integration_config = { base_url: `${sandbox}/${provider}` }
    await post('/integrations', { provider, unique_key: provider, integration_config })
    const add = async (connection: string, fault: string | undefined, to: Line[]) => {
      const given = { credentials: credentials(fault), connection_config }
      await post('/connections', { provider_config_key: provider, connection_id: connection, ...given })
      to.push({ provider, connection })
    }
    await add('sound', undefined, healthy)
    for (const fault of Object.keys(faults)) await add(fault, fault, faulty)
  }
  return { healthy, faulty }
}

async function load(gateway: Server, traffic: Traffic, seen: Seen, samples: Sample[]): Promise<void> {
  const began = performance.now()
  const minute = () => (performance.now() - began) / 60_000
  const sampling = setInterval(() => {
    samples.push({
      minute: minute(),
      rss: memoryOf(gateway.pid) ?? Number.NaN,
      descriptors: descriptorsOf(gateway.pid),
    })
  }, SAMPLE_MS)
  const under = new Set<Promise<void>>()
  for (let visits = 0; minute() < MINUTES; visits++) {
    if (under.size >= MOST) await Promise.race(under)
    const visiting = visit(traffic, seen).catch((error: Error) => {
      const what = `no answer: ${(error.cause as Error | undefined)?.message ?? error.message}`
      seen.untyped.set(what, (seen.untyped.get(what) ?? 0) + 1)
    })
    under.add(visiting)
    void visiting.finally(() => under.delete(visiting))
    const due = began + ((visits + 1) * 1000) / RATE
    if (due > performance.now()) await delay(due - performance.now())
  }
  await Promise.all(under)
  clearInterval(sampling)
}

const directory = mkdtempSync(join(tmpdir(), 'koine-soak-'))
const sandbox = await startSandbox()
const port = await freePort()
const flags = [...productFlags(), ...(values.heap === undefined ? [] : [`--max-old-space-size=${Number(values.heap)}`])]
const gateway = await startServer('src/node.ts', [], {
  port,
  flags,
  environment: {
    ...settings,
    PORT: String(port),
    KOINE_DATA: join(directory, 'gateway'),
    KOINE_PROVIDER_TIMEOUT: String(TIMEOUT),
  },
})
const cpuARequest = (requests: number): string => ((cpuOf(gateway.pid) ?? Number.NaN) / requests).toFixed(2)
const seen: Seen = { statuses: new Map(), latencies: [], late: 0, untyped: new Map() }
const samples: Sample[] = []
try {
  const lines = await connect(gateway.url, sandbox.url)
  const traffic: Traffic = {
    gateway: gateway.url,
    key: settings.KOINE_SECRET_KEY,
    ...lines,
    faults: Number(values.faults),
    patience: PATIENCE_MS,
  }
  const before = descriptorsOf(gateway.pid)
  await load(gateway, traffic, seen, samples)
  await delay(SETTLE_MS)
  const after = descriptorsOf(gateway.pid)
  const warm = samples.filter(({ minute }) => minute > MINUTES * WARM_UP)
  const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of))
  const sum = seen.latencies.length
  const statuses = [...seen.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
  const ms = (share: number) => quantile(seen.latencies, share).toFixed(1)
  console.log(
    [
      `${MINUTES} minutes, ${sum} requests (${(sum / MINUTES / 60).toFixed(0)} a second), ${Number(values.faults) * 100} % of visits to a failing provider`,
      `answers        ${statuses.join(', ')}`,
      `latency        p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms, longest ${ms(1)} ms`,
      `RSS            ${warm[0]?.rss.toFixed(0)} MB after warm-up, ${warm.at(-1)?.rss.toFixed(0)} MB at the end, at most ${most(s => s.rss).toFixed(0)} MB`,
      `flags          ${flags.join(' ')}`,
      `CPU            ${cpuARequest(sum)} ms a request`,
      `RSS slope      ${slopeOf(warm).toFixed(2)} MB a minute, ${warm.length} samples`,
      `descriptors    ${before} before, at most ${most(s => s.descriptors)}, ${after} after ${SETTLE_MS / 1000} s of rest`,
      `late answers   ${seen.late} (over ${PATIENCE_MS / 1000} s)`,
      `untyped        ${[...seen.untyped].map(([what, count]) => `${count} × ${what}`).join('; ') || 'none'}`,
    ].join('\n'),
  )
  if (seen.late > 0 || seen.untyped.size > 0) process.exitCode = 1
} finally {
  await gateway.stop()
  await sandbox.close()
  rmSync(directory, { recursive: true, force: true })
}
