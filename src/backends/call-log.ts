import type { Failure } from '../problem/index.ts'
import { problems } from '../problem/index.ts'
import type { Exchange } from '../provider/client.ts'
import type { LiveConnection } from '../store/index.ts'
import { type LogEntry, type Logs, logId } from '../store/logs.ts'

/** What an invocation is, before it has ended. */
export interface Begun {
  readonly id: string
  readonly started: number
}
export interface Ended {
  readonly environment: string
  readonly requestId: string
  readonly kind: LogEntry['kind']
  readonly name: string
  readonly parent?: string | undefined
  readonly connection?: LiveConnection | undefined
  readonly failure?: Failure | undefined
  readonly exchanges: readonly Exchange[]
}

export const begin = (now: number): Begun => ({ id: logId(now), started: now })

/** A segment that could be an id, a name or an address of somebody's: it holds a digit or a mark, or is long. */
const TELLING = /[\d@%:;=+~!$'()*,]|.{25,}/

/** Method, host and path of a request, with every segment left out that could tell whom it is about; never the query. */
export function nameOf(method: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) return method
  // A version is no id: /v3/, /v64.0/, /2026-03/.
  const segments = url.pathname
    .split('/')
    .map(s => (/^(v\d[\d.]*|\d{4}-\d\d(-\d\d)?)$/.test(s) || !TELLING.test(s) ? s : '{…}'))
  return `${method} ${url.host}${segments.join('/')}`
}

/** Notes an invocation and the requests it made at the provider, each under it. Written after the answer. */
export function note(logs: Logs, now: number, { id, started }: Begun, ended: Ended): void {
  const { environment, requestId, kind, name, parent, connection, failure, exchanges } = ended
  const common = {
    environment,
    request_id: requestId,
    provider: connection?.integration.provider,
    integration: connection?.integration.unique_key,
    connection: connection?.uuid,
    connection_id: connection?.connection_id,
  }
  const entries: LogEntry[] = [
    {
      ...common,
      id,
      at: new Date(started).toISOString(),
      kind,
      name,
      parent,
      status: failure ? problems[failure.code].status : 200,
      code: failure?.code,
      ms: now - started,
      provider_ms: exchanges.reduce((sum, exchange) => sum + exchange.ms, 0),
    },
    ...exchanges.map(
      ({ draft, status, ms, started: at, attempt, received }): LogEntry => ({
        ...common,
        id: logId(now),
        at: new Date(at).toISOString(),
        kind: 'request',
        name: nameOf(draft.method, draft.url),
        parent: id,
        status,
        ms,
        attempt,
        sent_bytes: draft.body === undefined ? 0 : new TextEncoder().encode(draft.body).length,
        received_bytes: received,
      }),
    ),
  ]
  logs.add(entries)
}
