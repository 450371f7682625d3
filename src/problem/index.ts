import { keysIn } from './pointer.ts'
import { type Code, problems, type Row, type Source } from './problems.ts'

export { type Code, problems, type Source } from './problems.ts'

/** Whether a value is the code of a problem. */
export const isCode = (value: unknown): value is Code => typeof value === 'string' && Object.hasOwn(problems, value)

/** One fault in what the caller sent: where it is (a JSON pointer or a parameter's name), and how to mend it. */
export interface Fault {
  readonly pointer: string
  readonly code?: string
  readonly detail: string
}

/** Codes of the documented action API that `error.code` has in place of our own. */
export const documentedCodes = [
  'invalid_body',
  'invalid_credentials',
  'missing_connect_session_token',
  'unknown_connect_session_token',
  'unknown_provider_config',
  'unknown_connection',
  'auth_mode_not_supported',
  'connection_test_failed',
  'connection_validation_failed',
  'integration_not_configured',
  'account_choice_needed',
  'no_account',
  'resource_capped',
  'session_over',
] as const
export type DocumentedCode = (typeof documentedCodes)[number]
export const isDocumentedCode = (code: string): code is DocumentedCode =>
  documentedCodes.some(documented => documented === code)
/** A fault as the documented action API has it, beside ours; where `error.code` is its own, too. */
export type DocumentedFault = Fault & { readonly message: string; readonly path: readonly string[] }

/** What the provider said of its failure: only what its `provider.json` names, and not more than some hundred characters. */
export interface Upstream {
  readonly status?: number
  readonly code?: string
  readonly message?: string
  /** The body, where an action function did not catch the provider's failure. */
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
  /** What an action function gives with its failure, or the documented action API. */
  readonly payload?: unknown
  /** The code that the documented action API has for this, where its clients tell it from others. */
  readonly documented?: DocumentedCode
  /** Set where surely nothing was sent to the provider. */
  readonly unsent?: true
  /** Set to false where a repetition does not help although the code's usually does. */
  readonly retryable?: false
  /** Headers of the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a function answers that may fail in an expected way. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

/** Makes an outcome of a value. */
export const done = <T>(value: T): Outcome<T> => ({ ok: true, value })
/** Makes an outcome of a failure: `fail('record-not-found', { provider })`. */
export const fail = (code: Code, more: Omit<Failure, 'code'> = {}): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code, ...more },
})

/** Ends a request with a problem. Only routes and middleware throw it; `app.onError` catches it. */
export class ProblemError extends Error {
  readonly failure: Failure
  constructor(code: Code, more: Omit<Failure, 'code'> = {}) {
    super(code)
    this.failure = { code, ...more }
  }
}

/** The value of an outcome; throws a `ProblemError` for a failure. Only for routes and middleware. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  const { code, ...more } = outcome.failure
  throw new ProblemError(code, more)
}

/** The body of an answer that is a problem. */
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
  /** What clients of the documented action API read. */
  error: {
    code: string
    message: string
    errors?: readonly (Fault | DocumentedFault)[]
    payload?: unknown
  }
}

const OUTSIDE = /^\/(?:query|path|header)\//
const documentedFault = ({ pointer, ...rest }: Fault): DocumentedFault => ({
  pointer,
  ...rest,
  message: rest.detail,
  path: keysIn(pointer.replace(OUTSIDE, '/')),
})

/** Errors that a problem lists. Nobody reads more, and a body can have a million. */
const LISTED = 100

/** Makes the body of a problem (RFC 9457); `requestId` is that of the request's log entry. */
export function describe(failure: Failure, requestId: string): ProblemBody {
  const { code, provider, upstream, retry_after, payload } = failure
  const row: Row = problems[code]
  const { status, title, source, description } = row
  const retryable = failure.retryable ?? problems[code].retryable
  const all = failure.errors ?? []
  const errors = all.slice(0, LISTED)
  const detail = (failure.detail ?? description) + (all.length > LISTED ? ` \`errors\` has the first ${LISTED}.` : '')
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail,
    instance: requestId,
    code,
    source,
    retryable,
    ...(errors.length > 0 && { errors }),
    ...(provider !== undefined && { provider }),
    ...(upstream && { upstream }),
    ...(retry_after !== undefined && { retry_after }),
    error: {
      code: failure.documented ?? row.documented ?? code,
      message: detail,
      ...(errors.length > 0 && { errors: failure.documented ? errors.map(documentedFault) : errors }),
      ...(payload !== undefined && { payload }),
    },
  }
}
