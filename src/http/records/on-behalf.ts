import type { Context as HonoContext } from 'hono'
import { nameOfVerb } from '../../actions/verb-actions.ts'
import type { Context, Gateway } from '../../app.ts'
import { begin, note } from '../../backends/call-log.ts'
import type { Trace } from '../../backends/send.ts'
import type { Model } from '../../models/index.ts'
import { type Outcome, ProblemError, unwrap } from '../../problem/index.ts'
import type { Call, Result } from '../../records/call.ts'
import { type Explanation, explain } from '../../records/explain.ts'
import type { Caller } from '../../records/resolve.ts'
import { run } from '../../records/run.ts'
import { spanOf } from '../traceparent.ts'

type Handling = HonoContext<Context>

/** What every call on behalf of a connection can end in. */
export const calling = [
  'bad-parameter',
  'unauthenticated',
  'forbidden',
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
] as const

/** The caller that the key and the headers name; without a connection the request ends here. */
function callerOf(c: Handling): Caller {
  const connectionId = c.req.header('connection-id')
  if (!connectionId)
    throw new ProblemError('bad-parameter', {
      detail: 'The header `Connection-Id` is missing.',
      errors: [{ pointer: '/header/connection-id', code: 'required', detail: 'Name the customer’s connection.' }],
    })
  return {
    environment: c.get('access').environment,
    connectionId,
    integrationKey: c.req.header('provider-config-key') || undefined,
    signal: c.req.raw.signal,
    traceparent: spanOf(c.req.header('traceparent')),
  }
}

/** The headers that say what a call cost: the provider's time beside the whole, and what is left of its budget. */
function report(c: Handling, trace: Trace | undefined, total: number): void {
  if (!trace) return
  const { exchanges, provider, budget } = trace
  const ms = exchanges.reduce((sum, exchange) => sum + exchange.ms, 0)
  c.set('call', { provider, ms: Math.round(ms * 10) / 10, calls: exchanges.length })
  c.header('server-timing', `provider;dur=${ms.toFixed(1)}, total;dur=${total.toFixed(1)}`)
  if (!budget) return
  if (budget.limit !== undefined) c.header('provider-ratelimit-limit', String(budget.limit))
  if (budget.remaining !== undefined) c.header('provider-ratelimit-remaining', String(budget.remaining))
  if (budget.reset !== undefined) c.header('provider-ratelimit-reset', String(budget.reset))
}

/**
 * Does something on behalf of the connection that the headers name, and logs it under `name`; a failure ends the
 * request with its problem.
 */
export async function onBehalf<T>(
  c: Handling,
  { now, store }: Gateway,
  name: string,
  act: (caller: Caller, trace: { current?: Trace }) => Promise<Outcome<T>>,
): Promise<{ value: T; trace: Trace | undefined }> {
  const caller = callerOf(c)
  const begun = begin(now())
  const trace: { current?: Trace } = {}
  const outcome = await act(caller, trace)
  const ended = now()
  report(c, trace.current, ended - begun.started)
  note(store.logs, ended, begun, {
    environment: caller.environment,
    requestId: c.get('requestId'),
    kind: 'call',
    name,
    connection: trace.current?.connection,
    failure: outcome.ok ? undefined : outcome.failure,
    exchanges: trace.current?.exchanges ?? [],
  })
  return { value: unwrap(outcome), trace: trace.current }
}

/** Runs a call of a verb, and explains it where that was asked for. */
export async function carryOut(
  c: Handling,
  parts: Gateway,
  model: Model,
  call: Call,
  explained = false,
): Promise<Result & { explain?: Explanation }> {
  const { value, trace } = await onBehalf(c, parts, nameOfVerb(model, call.verb), (caller, seen) =>
    run(parts, caller, model.name, call, seen),
  )
  if (!explained || !trace?.mapping) return value
  const fields = call.verb === 'list' ? call.query.fields : call.verb === 'get' ? call.fields : undefined
  return { ...value, explain: explain(trace.mapping, trace.exchanges, fields) }
}
