import type { StatusCode } from 'hono/utils/http-status'
import { type CallLog, createCallLog, hadEffect } from '../backends/index.ts'
import { isObject } from '../mapping/path.ts'
import { type Code, describe, type Failure, ProblemError, problems } from '../problem/index.ts'
import { type Keyed, reasonOf, type StoredAnswer } from '../store/index.ts'
import { type CalledConnection, calledConnection } from './called-connection.ts'
import type { HttpContext, HttpServices } from './context.ts'
import { keptOf } from './kept-answer.ts'
import { quotaExceeded } from './require-room.ts'

/** A key as the draft standard has it: printable, not too long. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** The problems that only a request with an idempotency key can end in. */
export const idempotent = [
  'idempotency-busy',
  'idempotency-unknown',
  'idempotency-mismatch',
  'idempotency-not-kept',
  'quota-exceeded',
] as const

/** Failures that surely came before the provider did anything: the same request may be carried out anew. */
const NOT_CARRIED_OUT: ReadonlySet<Code> = new Set([
  'rate-limited',
  'provider-rate-limited',
  'connection-needs-reconnect',
  'scope-missing',
  'provider-forbidden',
  'connection-not-found',
  'integration-not-found',
  'connection-ambiguous',
  'action-not-found',
  'unavailable',
])
const isFinal = (failure: Failure): boolean => failure.unsent !== true && !NOT_CARRIED_OUT.has(failure.code)

/** The caller's key, or undefined without one. */
function keyOf(c: HttpContext): string | undefined {
  const key = c.req.header('idempotency-key')
  if (key === undefined || key === '') return undefined
  if (KEY.test(key)) return key
  throw new ProblemError('bad-parameter', {
    detail: 'The header `Idempotency-Key` is to be 1 to 255 printable characters without spaces.',
    errors: [{ pointer: '/header/idempotency-key', detail: 'Send 1 to 255 printable characters without spaces.' }],
  })
}

/** A request that may carry an idempotency key: what its body says. */
interface Repeatable {
  readonly body: unknown
  /** Milliseconds that it can take at most, where that is not what calls to a provider take. */
  readonly lasts?: ((provider: string) => Promise<number>) | undefined
  /** Whether it is accepted as a run: the same request that is waited for is another one. */
  readonly isRun?: boolean | undefined
}

/** What a request is about: its connection, or its integration where an action needs no connection. */
interface Subject {
  /** Under which its key is kept. */
  readonly id: string
  readonly provider: string
}

/** Finds what a request is about; undefined where there is none, which the request itself answers better. */
async function subjectOf(
  { store }: HttpServices,
  environment: string,
  { connectionId, integrationKey, uuid }: CalledConnection,
): Promise<Subject | undefined> {
  const lookup = await store.lookup(environment, connectionId ?? '', integrationKey)
  if ('found' in lookup) {
    const { found } = lookup
    // What was answered for another connection is not given again to a token that is not for it.
    if (uuid !== undefined && found.uuid !== uuid) return undefined
    return { id: found.uuid, provider: found.integration.provider }
  }
  if (connectionId !== undefined || integrationKey === undefined) return undefined
  return store.integrations.subject(environment, integrationKey)
}

/**
 * Carries out a request once for its idempotency key: the same key and body get the first answer again, also a failed
 * one where it was final; another body is refused, and so is a second request while the first is under way. Without a
 * key the request is simply carried out. `act` notes what it sends in the log that it is given, for a key is given free
 * only where nothing of that can have had an effect.
 * @throws ProblemError one of `idempotent`, `bad-parameter` for a key that is none, and whatever `act` throws
 */
export async function once(
  c: HttpContext,
  services: HttpServices,
  { body, lasts, isRun = false }: Repeatable,
  act: (log: CallLog) => Promise<StoredAnswer>,
): Promise<Response> {
  const key = keyOf(c)
  const log = createCallLog()
  if (key === undefined) return answer(c, await act(log))
  const { store, config } = services
  const { environment } = c.get('access')
  const subject = await subjectOf(services, environment, calledConnection(c))
  if (!subject) return answer(c, await act(log))
  const keyed: Keyed = {
    environment,
    connection: subject.id,
    key,
    asked: JSON.stringify([c.req.method, new URL(c.req.url).pathname, body, ...(isRun ? ['run'] : [])]),
  }
  // Before anything is sent: an answer that could not be kept would let a repetition write twice.
  if (await store.isFull(environment)) throw quotaExceeded({ config })
  const lease = Math.max(config.KOINE_PROVIDER_TIMEOUT * 4000, (await lasts?.(subject.provider)) ?? 0)
  const claim = await store.idempotency.claim(keyed, lease)
  if ('answer' in claim) return answer(c, claim.answer, { 'idempotent-replayed': 'true' })
  if ('mismatch' in claim) throw new ProblemError('idempotency-mismatch')
  if ('busy' in claim) throw new ProblemError('idempotency-busy', { retry_after: 1 })
  if ('unknown' in claim) throw new ProblemError('idempotency-unknown')
  let made: StoredAnswer
  try {
    made = await act(log)
  } catch (error) {
    throw await settle(c, services, keyed, { error, log })
  }
  const kept = keptOf(made, c.get('requestId'))
  const isStored = await attempt(c, services, () => store.idempotency.finish(keyed, kept))
  if (isStored && kept === made) return answer(c, made)
  return answer(c, isStored ? made : withWarning(made), { 'idempotent-replayable': 'false' })
}

/** Does something about a key, which must not cost the answer of a request that was carried out. Whether it succeeded. */
async function attempt(c: HttpContext, { log }: HttpServices, act: () => Promise<void>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    log({ level: 'error', request_id: c.get('requestId'), task: 'idempotency', ...reasonOf(error) })
    return false
  }
}

/** Stores a failure that is final for its key, or gives the key free. Answers what the request is to end with. */
async function settle(
  c: HttpContext,
  services: HttpServices,
  keyed: Keyed,
  { error, log }: { error: unknown; log: CallLog },
): Promise<unknown> {
  const { idempotency } = services.store
  if (!(error instanceof ProblemError)) {
    // A bug of ours. Where something may have been carried out the claim stays, so that it is not done twice.
    if (!hadEffect(log)) await attempt(c, services, () => idempotency.release(keyed))
    return error
  }
  const { failure } = error
  // The code of a failure speaks of the request that failed, and not of others before it or beside it.
  if (!isFinal(failure) && !hadEffect(log)) {
    await attempt(c, services, () => idempotency.release(keyed))
    return error
  }
  const final = isFinal(failure) ? failure : partly(failure)
  const made = {
    status: problems[final.code].status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(describe(final, c.get('requestId'))),
  }
  await attempt(c, services, () => idempotency.finish(keyed, keptOf(made, c.get('requestId'))))
  return new ProblemError(final.code, final)
}

/** A failure after which the request could usually be sent again, but of which something may have been carried out. */
const partly = ({ retry_after: _, unsent: __, ...failure }: Failure): Failure => ({
  ...failure,
  retryable: false,
  detail: `${failure.detail ?? problems[failure.code].description} An earlier request of this call may have been carried out, so its idempotency key stays used and gets this answer again.`,
})

/** An answer whose body has warnings, with the one that a repetition of the request will not get it again. */
function withWarning(made: StoredAnswer): StoredAnswer {
  const body = made.headers['content-type'] === 'application/json' ? JSON.parse(made.body) : undefined
  if (!isObject(body) || !Array.isArray(body.warnings)) return made
  const warning = {
    field: '',
    code: 'answer-not-stored',
    detail: 'The answer could not be stored for its idempotency key: a repetition is told `idempotency-unknown`.',
  }
  return { ...made, body: JSON.stringify({ ...body, warnings: [...body.warnings, warning] }) }
}

/** The answer as it was given the first time, with `more` headers. */
function answer(c: HttpContext, { status, headers, body }: StoredAnswer, more: Record<string, string> = {}): Response {
  return c.newResponse(body === '' ? null : body, status as StatusCode, { ...headers, ...more })
}
