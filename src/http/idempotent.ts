import type { StatusCode } from 'hono/utils/http-status'
import { type Code, describe, type Failure, ProblemError, problems } from '../problem/index.ts'
import type { Keyed, StoredAnswer } from '../store/index.ts'
import type { HttpContext, HttpServices } from './context.ts'

/** A key as the draft standard has it: printable, not too long. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** The problems that only a request with an idempotency key can end in. */
export const idempotent = ['idempotency-busy', 'idempotency-unknown', 'idempotency-mismatch'] as const

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

/** A request that may carry an idempotency key: for which connection, and what its body says. */
interface Repeatable {
  /** Empty where the request names none. */
  readonly connectionId: string
  readonly body: unknown
}

/**
 * Carries out a request once for its idempotency key: the same key and body get the first answer again, also a failed
 * one where it was final; another body is refused, and so is a second request while the first is under way. Without a
 * key the request is simply carried out.
 * @throws ProblemError one of `idempotent`, `bad-parameter` for a key that is none, and whatever `act` throws
 */
export async function once(
  c: HttpContext,
  { store, config, log }: HttpServices,
  { connectionId, body }: Repeatable,
  act: () => Promise<StoredAnswer>,
): Promise<Response> {
  const key = keyOf(c)
  if (key === undefined) return answer(c, await act())
  const { environment } = c.get('access')
  const lookup = await store.lookup(environment, connectionId, c.req.header('provider-config-key') || undefined)
  // There is no such connection: the call itself answers that, better than this could.
  if (!('found' in lookup)) return answer(c, await act())
  const keyed: Keyed = {
    environment,
    connection: lookup.found.uuid,
    key,
    asked: JSON.stringify([c.req.method, new URL(c.req.url).pathname, body]),
  }
  const claim = await store.idempotency.claim(keyed, config.KOINE_PROVIDER_TIMEOUT * 4000)
  if ('answer' in claim) return answer(c, claim.answer, { 'idempotent-replayed': 'true' })
  if ('mismatch' in claim) throw new ProblemError('idempotency-mismatch')
  if ('busy' in claim) throw new ProblemError('idempotency-busy', { retry_after: 1 })
  if ('unknown' in claim) throw new ProblemError('idempotency-unknown')
  try {
    const made = await act()
    await store.idempotency.finish(keyed, made)
    return answer(c, made)
  } catch (error) {
    if (!(error instanceof ProblemError)) {
      // A bug of ours: whether the request was carried out is not known, so the claim stays.
      log({ level: 'error', request_id: c.get('requestId'), task: 'idempotency', left: 'claimed' })
      throw error
    }
    if (isFinal(error.failure)) {
      await store.idempotency.finish(keyed, {
        status: problems[error.failure.code].status,
        headers: { 'content-type': 'application/problem+json' },
        body: JSON.stringify(describe(error.failure, c.get('requestId'))),
      })
    } else await store.idempotency.release(keyed)
    throw error
  }
}

/** The answer as it was given the first time, with `more` headers. */
function answer(c: HttpContext, { status, headers, body }: StoredAnswer, more: Record<string, string> = {}): Response {
  return c.newResponse(body === '' ? null : body, status as StatusCode, { ...headers, ...more })
}
