import { beginCall, type Caller, type CallLog, createCallLog, logCall } from '../../backends/index.ts'
import { type Outcome, ProblemError, unwrap } from '../../problem/index.ts'
import { calledConnection } from '../called-connection.ts'
import type { HttpContext, HttpServices } from '../context.ts'
import { spanOf } from '../traceparent.ts'

/** Problems that every call on behalf of a connection can answer. */
export const callErrors = [
  'bad-parameter',
  'unauthenticated',
  'session-ended',
  'forbidden',
  'outside-session',
  'origin-not-allowed',
  'key-in-browser',
  'rate-limited',
  'connection-not-found',
  'integration-not-found',
  'connection-ambiguous',
  'scope-missing',
  'provider-forbidden',
  'provider-rate-limited',
  'connection-needs-reconnect',
  'provider-rejected',
  'unsupported-verb',
  'provider-failed',
  'provider-unreachable',
  'provider-answer-unreadable',
  'provider-timeout',
  'overloaded',
] as const

/**
 * Who calls, and for which connection, by the key and the headers, or by the session token.
 * @throws ProblemError `bad-parameter`, without `Connection-Id`
 */
function callerOf(c: HttpContext, log: CallLog): Caller {
  const { connectionId, integrationKey, uuid } = calledConnection(c)
  if (connectionId === undefined)
    throw new ProblemError('bad-parameter', {
      detail: 'The header `Connection-Id` is missing.',
      errors: [{ pointer: '/header/connection-id', code: 'required', detail: 'Name the customer’s connection.' }],
    })
  return {
    environment: c.get('access').environment,
    connectionId,
    integrationKey,
    uuid,
    signal: c.req.raw.signal,
    traceparent: spanOf(c.req.header('traceparent')),
    log,
  }
}

/** Sets the headers that say what a call took of the provider: time, and requests of its limit. Notes it for the log. */
function setCostHeaders(c: HttpContext, { connection, attempts, budget }: CallLog, total: number): void {
  if (!connection) return
  const ms = attempts.reduce((sum, attempt) => sum + attempt.ms, 0)
  c.set('call', {
    provider: connection.integration.provider,
    ms: Math.round(ms * 10) / 10,
    calls: attempts.length,
  })
  c.header('server-timing', `provider;dur=${ms.toFixed(1)}, total;dur=${total.toFixed(1)}`)
  if (!budget) return
  if (budget.limit !== undefined) c.header('provider-ratelimit-limit', String(budget.limit))
  if (budget.remaining !== undefined) c.header('provider-ratelimit-remaining', String(budget.remaining))
  if (budget.reset !== undefined) c.header('provider-ratelimit-reset', String(budget.reset))
}

/**
 * Does something on behalf of the connection that the headers name, and logs it under `name`. What is sent is noted
 * in `log`.
 * @throws ProblemError where `act` answers a failure
 */
export async function onBehalf<T>(
  c: HttpContext,
  { now, store }: HttpServices,
  { name, log = createCallLog() }: { readonly name: string; readonly log?: CallLog | undefined },
  act: (caller: Caller) => Promise<Outcome<T>>,
): Promise<{ value: T; log: CallLog }> {
  const caller = callerOf(c, log)
  const { environment } = caller
  const begun = beginCall(now())
  const outcome = await act(caller)
  const ended = now()
  setCostHeaders(c, log, ended - begun.started)
  logCall(store.logs, ended, begun, {
    environment,
    requestId: c.get('requestId'),
    kind: 'call',
    name,
    failure: outcome.ok ? undefined : outcome.failure,
    log,
  })
  return { value: unwrap(outcome), log }
}
