// What visitors of a gateway did, and what they were told, while it was killed again and again.
import { setTimeout as delay } from 'node:timers/promises'
import { sandboxes } from '../sandbox/index.ts'
import type { Line } from './traffic.ts'

/** A create with an idempotency key, and what came of it. */
export interface Creation {
  readonly line: Line
  readonly key: string
  readonly name: string
  /** The record's id, where the create was acknowledged. */
  id?: string
  /** `gone`: its deletion was acknowledged, or may have been carried out. */
  state: 'open' | 'made' | 'unknown' | 'failed' | 'gone'
}
/** A connection that a visitor made, changed and perhaps deleted. */
export interface Made {
  readonly id: string
  /** The value of its metadata that was acknowledged last, and the one that was sent last. */
  acknowledged: number
  sent: number
  state: 'open' | 'made' | 'gone'
}
export interface Ledger {
  requests: number
  /** Requests whose connection ended before an answer. */
  cut: number
  readonly statuses: Map<number, number>
  readonly violations: string[]
  readonly creations: Creation[]
  readonly connections: Made[]
}

export interface Visited {
  readonly gateway: string
  readonly key: string
  readonly healthy: readonly Line[]
  readonly faulty: readonly Line[]
  /** Share of visits to a provider that fails. */
  readonly faults: number
}
interface Answer {
  readonly status: number
  readonly replayed: boolean
  // biome-ignore lint/suspicious/noExplicitAny: the visitors look into answers
  readonly body: any
}

/** Tries of one request, over all kills: a provider that hangs is answered for only once nobody kills any more. */
const TRIES = 3_000
const PAUSE_MS = 100
/** 503 and 409 `idempotency-busy` are to be tried again. */
const isTransient = ({ status, body }: Answer): boolean =>
  status === 503 || (status === 409 && body?.code === 'idempotency-busy')

const one = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!

/** Sends a request until it is answered; each try that reached the gateway is counted. Undefined where it never was. */
export async function ask(
  { gateway, key }: Visited,
  ledger: Ledger,
  request: { method: string; path: string; line?: Line; body?: unknown; idempotencyKey?: string },
): Promise<Answer | undefined> {
  const { method, path, line, body, idempotencyKey } = request
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const answer = await fetch(gateway + path, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(line && { 'connection-id': line.connection, 'provider-config-key': line.provider }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      ledger.requests++
      ledger.statuses.set(answer.status, (ledger.statuses.get(answer.status) ?? 0) + 1)
      const replayed = answer.headers.get('idempotent-replayed') === 'true'
      const said: Answer = { status: answer.status, replayed, body: text === '' ? undefined : JSON.parse(text) }
      if (answer.status === 500) ledger.violations.push(`${method} ${path.split('?')[0]} answered 500`)
      if (!isTransient(said)) return said
    } catch (error) {
      // Where nobody listens there was no request.
      if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED') {
        ledger.requests++
        ledger.cut++
      }
    }
    await delay(PAUSE_MS)
  }
  ledger.violations.push(`${method} ${path.split('?')[0]} was never answered`)
  return undefined
}

/** Sends a create again, which is answered from what was stored, or tells that it cannot be known. */
export const repeat = (visited: Visited, ledger: Ledger, { line, key, name }: Creation): Promise<Answer | undefined> =>
  ask(visited, ledger, {
    method: 'POST',
    path: '/contacts',
    line,
    body: { first_name: 'Crash', last_name: name },
    idempotencyKey: key,
  })

async function create(visited: Visited, ledger: Ledger, line: Line): Promise<void> {
  const creation: Creation = { line, key: crypto.randomUUID(), name: `Crash ${crypto.randomUUID()}`, state: 'open' }
  ledger.creations.push(creation)
  const answer = await repeat(visited, ledger, creation)
  if (!answer) return
  if (answer.status >= 300) {
    creation.state = answer.body?.code === 'idempotency-unknown' ? 'unknown' : 'failed'
    return
  }
  creation.id = answer.body.data.id
  creation.state = 'made'
  if (Math.random() < 0.7) return
  // From here on it may be gone, whatever is answered.
  creation.state = 'gone'
  await ask(visited, ledger, { method: 'DELETE', path: `/contacts/${encodeURIComponent(creation.id!)}`, line })
}

async function connect(visited: Visited, ledger: Ledger): Promise<void> {
  const { provider } = one(visited.healthy)
  const made: Made = { id: `made-${crypto.randomUUID()}`, acknowledged: 0, sent: 0, state: 'open' }
  ledger.connections.push(made)
  const body = {
    provider_config_key: provider,
    connection_id: made.id,
    credentials: sandboxes[provider]?.credentials(),
    connection_config: sandboxes[provider]?.connection_config,
    metadata: { value: 0 },
  }
  const answer = await ask(visited, ledger, { method: 'POST', path: '/connections', body })
  // 409: the first try was carried out, and its answer was cut off.
  if (!answer || (answer.status >= 300 && answer.status !== 409)) {
    ledger.violations.push(`a connection was refused with ${answer?.status} ${answer?.body?.code}`)
    return
  }
  made.state = 'made'
  const line: Line = { provider, connection: made.id }
  await ask(visited, ledger, { method: 'GET', path: '/contacts?limit=1', line })
  for (let value = 1; value <= 3; value++) {
    made.sent = value
    const metadata = { connection_id: made.id, provider_config_key: provider, metadata: { value } }
    const changed = await ask(visited, ledger, { method: 'POST', path: '/connections/metadata', body: metadata })
    if (changed && changed.status < 300) made.acknowledged = value
  }
  if (Math.random() < 0.5) return
  const path = `/connections/${made.id}?provider_config_key=${provider}`
  const removed = await ask(visited, ledger, { method: 'DELETE', path })
  // 404: an earlier try erased it.
  if (removed && (removed.status < 300 || removed.status === 404)) made.state = 'gone'
}

/** One visit: a request, or a few that belong together. */
export async function visitOnce(visited: Visited, ledger: Ledger): Promise<void> {
  const line = one(Math.random() < visited.faults ? visited.faulty : visited.healthy)
  const dice = Math.random()
  if (dice < 0.4) await create(visited, ledger, line)
  else if (dice < 0.5) await connect(visited, ledger)
  else if (dice < 0.65) {
    const body = { action_name: 'list-contacts', input: { limit: 5 } }
    await ask(visited, ledger, { method: 'POST', path: '/action/trigger', line, body })
  } else if (dice < 0.7) await ask(visited, ledger, { method: 'GET', path: '/logs?limit=20' })
  else if (dice < 0.75) await ask(visited, ledger, { method: 'GET', path: '/connections?limit=20' })
  else await ask(visited, ledger, { method: 'GET', path: '/contacts?limit=20', line })
}
