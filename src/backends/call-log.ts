import type { Failure } from '../problem/index.ts'
import { problems } from '../problem/index.ts'
import { type LogEntry, type Logs, logId } from '../store/logs.ts'
import type { CallLog } from './call-context.ts'

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
  readonly failure?: Failure | undefined
  readonly log: Pick<CallLog, 'connection' | 'attempts'>
}

/** The beginning of an invocation; its id is that of its log entry. */
export const beginCall = (now: number): Begun => ({ id: logId(now), started: now })

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

/** Logs an invocation and the requests it made at the provider, each under it. Written after the answer. */
export function logCall(logs: Logs, now: number, { id, started }: Begun, ended: Ended): void {
  const { environment, requestId, kind, name, parent, failure } = ended
  const { connection, attempts } = ended.log
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
      provider_ms: attempts.reduce((sum, attempt) => sum + attempt.ms, 0),
    },
    ...attempts.map(
      ({ request, status, ms, started: at, attempt, received }): LogEntry => ({
        ...common,
        id: logId(now),
        at: new Date(at).toISOString(),
        kind: 'request',
        name: nameOf(request.method, request.url),
        parent: id,
        status,
        ms,
        attempt,
        sent_bytes: request.body === undefined ? 0 : new TextEncoder().encode(request.body).length,
        received_bytes: received,
      }),
    ),
  ]
  logs.add(entries)
}
