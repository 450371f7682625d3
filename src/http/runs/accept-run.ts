import { checkInvocation } from '../../actions/check-invocation.ts'
import type { CallLog } from '../../backends/index.ts'
import { ProblemError, unwrap } from '../../problem/index.ts'
import type { Result } from '../../runs/index.ts'
import { makeRunId, queueOf, type RunKind, type StoredAnswer } from '../../store/index.ts'
import { calledConnection } from '../called-connection.ts'
import type { HttpContext, HttpServices } from '../context.ts'
import { quotaExceeded } from '../require-room.ts'
import { spanOf } from '../traceparent.ts'
import type { AskedAsync } from './asked-async.ts'

/** A request that is accepted as a run. */
interface Asked {
  readonly how: AskedAsync
  /** That of the request's idempotency key, which stays used from the moment in which the run may be accepted. */
  readonly log: CallLog
  readonly kind: RunKind
  /** The action; of a unified write, that of its verb. */
  readonly name: string
  readonly input: unknown
  /** Records of a batch, which the route has checked. */
  readonly items?: number | undefined
  /** The answer that the request has once its run has succeeded. */
  answer(value: { readonly value?: unknown; readonly means?: string | undefined }): StoredAnswer
}

/** Milliseconds between two looks at a run that is waited for: short at first, then longer. */
const LOOK_MS = { first: 10, most: 500 }
/** Bytes that a run takes beside its input, about. */
const ROW = 1_024

/** Waits until a run has ended; undefined where it has not in that time, or the caller has gone. */
async function endOf(
  { runs }: HttpServices,
  { environment, id, ms, signal }: { environment: string; id: string; ms: number; signal: AbortSignal },
): Promise<Result | undefined> {
  const until = Date.now() + ms
  for (let pause = LOOK_MS.first; ; pause = Math.min(pause * 2, LOOK_MS.most)) {
    const seen = await runs.see({ environment }, id, true)
    if (seen?.result) return seen.result
    const left = until - Date.now()
    if (left <= 0 || signal.aborted || !seen || seen.run.ended_at !== null) return undefined
    await new Promise(resolve => setTimeout(resolve, Math.min(pause, left)))
  }
}

/**
 * Accepts a request as a run of its connection's queue, and answers 202 with the run's address; where the caller waits
 * for it, and it ends in that time, with what the request answers else.
 * @throws ProblemError what is known to be wrong already: the connection, the action, its input; `quota-exceeded`
 */
export async function acceptRun(c: HttpContext, services: HttpServices, asked: Asked): Promise<StoredAnswer> {
  const { log } = asked
  const { environment, environmentName } = c.get('access')
  const { how, kind, name, input, items = 0 } = asked
  const { connectionId: connection = '', integrationKey: integration = '' } = calledConnection(c)
  const isVerb = kind !== 'action'
  if (connection === '' && (isVerb || integration === ''))
    throw new ProblemError('bad-parameter', {
      detail: 'The header `Connection-Id` is missing.',
      errors: [{ pointer: '/header/connection-id', code: 'required', detail: 'Name the customer’s connection.' }],
    })
  const checked = unwrap(
    await checkInvocation(services, {
      environment,
      integration,
      connection,
      name,
      isVerb,
      input,
      isChecked: items > 0,
    }),
  )
  if (await services.store.isFull(environment, ROW)) throw quotaExceeded(services)
  const id = makeRunId(await queueOf(environment, checked.subject))
  // Also where the answer of the queue is lost: the run may be there, and is carried out elsewhere.
  log.effectBelow = true
  const isAccepted = await services.runs.accept(
    {
      id,
      environment,
      connection: checked.subject,
      connection_id: connection,
      integration: checked.integration,
      provider: checked.provider,
      kind,
      name,
      max_retries: how.maxRetries,
      items,
      repeatable: checked.repeatable,
      request_id: c.get('requestId'),
    },
    {
      environmentName,
      input,
      // The caller's own, so that the provider knows a create that was asked for at both places.
      key: c.req.header('idempotency-key') || id,
      traceparent: spanOf(c.req.header('traceparent')),
    },
  )
  log.effectBelow = isAccepted
  if (!isAccepted) throw new ProblemError('connection-not-found')
  const headers = how.applied === undefined ? {} : { 'preference-applied': how.applied }
  if (how.wait > 0) {
    const ended = await endOf(services, { environment, id, ms: how.wait, signal: c.req.raw.signal })
    if (ended) {
      const answer = asked.answer(unwrap(ended))
      return { ...answer, headers: { ...answer.headers, ...headers } }
    }
  }
  const statusUrl = `/action/${id}`
  return {
    status: 202,
    headers: { 'content-type': 'application/json', location: statusUrl, ...headers },
    body: JSON.stringify({ id, statusUrl }),
  }
}
