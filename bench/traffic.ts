// Mixed traffic over a gateway: what customers ask of it, now and then of a provider that fails.
import { type Code, problems } from '../src/problem/problems.ts'

/** A connection that the traffic uses. */
export interface Line {
  readonly provider: string
  readonly connection: string
}
export interface Traffic {
  readonly gateway: string
  readonly key: string
  readonly healthy: readonly Line[]
  /** Connections whose provider fails, each in its own way. */
  readonly faulty: readonly Line[]
  /** Share of requests that meet a fault. */
  readonly faults: number
  /** Milliseconds after which an answer is late. */
  readonly patience: number
}
/** What was seen of all requests. */
export interface Seen {
  readonly statuses: Map<number, number>
  readonly latencies: number[]
  /** Answers that came after the time that they may take. */
  late: number
  /** Answers that are no JSON of ours and no problem of the table, each told once. */
  readonly untyped: Map<string, number>
}

const NAMES = ['Ada', 'Grace', 'Emmy', 'Sofia', 'Mary', 'Jean', 'Hedy', 'Joan']
const one = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!

/** What is wrong with an answer, or nothing: success is JSON or empty, a failure a problem of the table. */
function faultOf(status: number, type: string, text: string): string | undefined {
  if (status === 204) return undefined
  let body: { code?: string; status?: number }
  try {
    body = JSON.parse(text)
  } catch {
    return `${status}: no JSON`
  }
  if (status < 400) return undefined
  if (type !== 'application/problem+json') return `${status}: ${type}`
  if (status === 500) return '500'
  const isListed = body.code !== undefined && Object.hasOwn(problems, body.code)
  return isListed && problems[body.code as Code].status === status ? undefined : `${status}: ${body.code}`
}

/** One visitor: a series of requests as an app makes them, each noted. */
export async function visit({ gateway, key, healthy, faulty, faults, patience }: Traffic, seen: Seen): Promise<void> {
  const isFaulty = Math.random() < faults
  const { provider, connection } = one(isFaulty ? faulty : healthy)
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const started = performance.now()
    // The body is read in one go: a connection is only free again when it was.
    const answer = await fetch(gateway + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'connection-id': connection,
        'provider-config-key': provider,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const ms = performance.now() - started
    seen.latencies.push(ms)
    seen.statuses.set(answer.status, (seen.statuses.get(answer.status) ?? 0) + 1)
    if (ms > patience) seen.late++
    const fault = faultOf(answer.status, answer.headers.get('content-type') ?? '', text)
    if (fault !== undefined) seen.untyped.set(fault, (seen.untyped.get(fault) ?? 0) + 1)
    return answer.ok && text !== '' ? JSON.parse(text) : undefined
  }
  const model = one(['contacts', 'companies', 'deals'])
  const dice = Math.random()
  if (dice < 0.35) {
    const page = await call('GET', `/${model}?limit=50`)
    if (page?.next_cursor) await call('GET', `/${model}?cursor=${page.next_cursor}`)
  } else if (dice < 0.5) await call('GET', `/contacts?filter[email]=ada@analytical-engines.example`)
  else if (dice < 0.6) await call('GET', `/${model}?limit=20&sort[by]=created_at&fields=name,updated_at&explain=true`)
  else if (dice < 0.7) await call('GET', `/${model}/nobody-${Math.floor(Math.random() * 1e6)}`)
  else if (dice < 0.8) {
    const made = await call(
      'POST',
      '/contacts',
      { first_name: one(NAMES), last_name: `Soak ${crypto.randomUUID()}` },
      Math.random() < 0.5 ? { 'idempotency-key': crypto.randomUUID() } : {},
    )
    if (made === undefined) return
    const at = `/contacts/${encodeURIComponent(made.data.id)}`
    await call('PATCH', at, { title: 'Engineer' })
    await call('GET', at)
    await call('DELETE', at)
  } else if (dice < 0.86) await call('GET', `/${model}/fields`)
  else if (dice < 0.92) await call('POST', '/action/trigger', { action_name: `list-${model}`, input: { limit: 10 } })
  else if (dice < 0.94) await call('GET', '/coverage')
  else if (dice < 0.96) await call('POST', '/contacts', { nothing: 'of ours' })
  else if (dice < 0.98) await call('GET', '/contacts', undefined, { 'connection-id': `nobody-${Math.random()}` })
  else await call('GET', '/connections?limit=20')
}
