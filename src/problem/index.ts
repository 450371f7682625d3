import { type Code, problems, type Source } from './problems.ts'

export { type Code, problems, type Source } from './problems.ts'

/** One fault in what the caller sent: where (a JSON pointer or a parameter's name), which rule, and how to mend it. */
export interface Fault {
  readonly pointer: string
  readonly code?: string
  readonly detail: string
}

/** What the provider said, bounded and taken only from paths that its `provider.json` declares. */
export interface Upstream {
  readonly status?: number
  readonly code?: string
  readonly message?: string
  /** The body, where an action let a provider's failure escape. */
  readonly body?: unknown
}

/** An expected failure, as a value with its evidence. */
export interface Failure {
  readonly code: Code
  readonly detail?: string
  readonly errors?: readonly Fault[]
  readonly provider?: string
  readonly upstream?: Upstream
  /** Seconds until a repetition is worth it. */
  readonly retry_after?: number
  /** What an action function says of its failure. */
  readonly payload?: unknown
  /** Surely nothing was sent to the provider. */
  readonly unsent?: true
  /** Headers that belong to the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** A success. */
export const done = <T>(value: T): Outcome<T> => ({ ok: true, value })
/** A failure: `fail('record-not-found', { provider })`. */
export const fail = (code: Code, more: Omit<Failure, 'code'> = {}): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code, ...more },
})

/** Thrown only by a route or middleware, to end the request with a problem; caught in one place, `app.onError`. */
export class ProblemError extends Error {
  readonly failure: Failure
  constructor(code: Code, more: Omit<Failure, 'code'> = {}) {
    super(code)
    this.failure = { code, ...more }
  }
}

/** The value of an outcome, or the problem as an exception for `app.onError`. For routes; nothing deeper throws. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  const { code, ...more } = outcome.failure
  throw new ProblemError(code, more)
}

export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: Code
  source: Source
  retryable: boolean
  errors?: readonly Fault[]
  provider?: string
  upstream?: Upstream
  retry_after?: number
  /** The member that clients of the documented action API read. */
  error: { code: Code; message: string; errors?: readonly Fault[]; payload?: unknown }
}

/** The body of a problem (RFC 9457), complete. */
export function describe(failure: Failure, requestId: string): ProblemBody {
  const { code, errors, provider, upstream, retry_after, payload } = failure
  const { status, title, source, retryable, description } = problems[code]
  const detail = failure.detail ?? description
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail,
    instance: requestId,
    code,
    source,
    retryable,
    ...(errors?.length && { errors }),
    ...(provider !== undefined && { provider }),
    ...(upstream && { upstream }),
    ...(retry_after !== undefined && { retry_after }),
    error: { code, message: detail, ...(errors?.length && { errors }), ...(payload !== undefined && { payload }) },
  }
}
