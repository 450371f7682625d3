import type { Failure } from '../problem/index.ts'
import { problems } from '../problem/index.ts'
import { type LogEntry, logId } from '../store/log-entry.ts'
import type { Logs } from '../store/logs.ts'
import type { CallLog } from './call-context.ts'
import { isPathWord } from './path-words.ts'

/** A call that has begun. */
export interface Begun {
  readonly id: string
  readonly started: number
}
/** A call that has ended. */
export interface Ended {
  readonly environment: string
  readonly requestId: string
  readonly kind: LogEntry['kind']
  readonly name: string
  /** The log entry of the action that triggered it. */
  readonly parent?: string | undefined
  readonly failure?: Failure | undefined
  readonly log: Pick<CallLog, 'connection' | 'attempts'>
}

/** Notes that a call begins, at `now` in milliseconds since 1970; its id is that of its log entry. */
export const beginCall = (now: number): Begun => ({ id: logId(now), started: now })

/** Versions: /v3/, /v64.0/, /2026-03/. */
const VERSION = /^(v\d{1,3}(\.\d{1,3}){0,2}|\d{4}-\d\d(-\d\d)?)$/

/**
 * Method, host and path of a request for the log, without segments that could say whom it is about: only versions and
 * words that interfaces are made of stay. Never the query.
 */
export function nameOf(method: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) return method
  const segments = url.pathname
    .split('/')
    .map(segment => (segment === '' || VERSION.test(segment) || isPathWord(segment) ? segment : '{…}'))
  return `${method} ${url.host}${segments.join('/')}`
}

/** Logs a call, and below it each request that it sent. The entries are written later, so that no answer waits for them. */
export function logCall(logs: Pick<Logs, 'add'>, now: number, { id, started }: Begun, ended: Ended): void {
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
