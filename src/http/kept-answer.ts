import { describe, problems } from '../problem/index.ts'
import type { StoredAnswer } from '../store/index.ts'

/** Characters of an answer that is kept for its idempotency key. A larger one is given once. */
const KEPT = 1_048_576

/**
 * What is kept of an answer so that it can be given again: itself, or, where it is too large, the problem that says that
 * it was carried out. Its address stays, where it has one.
 */
export function keptOf(answer: StoredAnswer, requestId: string): StoredAnswer {
  if (answer.body.length <= KEPT) return answer
  const { location } = answer.headers
  const code = 'idempotency-not-kept'
  const detail = `The first request with this key was answered with ${answer.status}, and its answer was too large to be kept${
    location === undefined ? '' : `; what it made is at ${location}`
  }.`
  return {
    status: problems[code].status,
    headers: { 'content-type': 'application/problem+json', ...(location !== undefined && { location }) },
    body: JSON.stringify(describe({ code, detail }, requestId)),
  }
}
