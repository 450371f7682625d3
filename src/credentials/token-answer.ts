import { getter, isObject, parsePath } from '../mapping/path.ts'
import type { HttpResponse } from '../services.ts'

/** Where the answer of a token endpoint says what (`answer` of a provider's `auth`), and what is kept of it. */
export interface TokenAnswerSpec {
  readonly answer?:
    | {
        readonly access_token?: string | undefined
        readonly refresh_token?: string | undefined
        readonly expires_in?: string | undefined
        readonly expires_at?: string | undefined
        readonly error?: string | undefined
      }
    | undefined
  /** Seconds that a token lasts whose answer does not say so. */
  readonly expires_in?: number | undefined
  /** Name of an answer of the connection → path to it. */
  readonly capture?: Readonly<Record<string, string>> | undefined
}

/** A token as its endpoint answered it. */
export interface Token {
  readonly access_token: string
  /** Missing where the provider gave none: the former one goes on. */
  readonly refresh_token?: string
  /** RFC 3339; missing where nothing says when it ends. */
  readonly expires_at?: string
  /** What is kept of the answer for the connection, by the names of `capture`. */
  readonly captured: Readonly<Record<string, string>>
}

export type TokenAnswer =
  | { readonly token: Token }
  /** The provider says no: the same request will not do better. */
  | { readonly refused: string }
  /** It failed, and says nothing of the token. */
  | { readonly failed: string }

/** Codes of RFC 6749 and of providers by which they say that they cannot answer now, and not that the answer is no. */
const FOR_NOW: ReadonlySet<string> = new Set([
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'rate_limited',
  'rate_limit_exceeded',
  'ratelimited',
  'too_many_requests',
])
/** What a code may look like that is shown and kept: a provider may put anything there, a token too. */
const CODE = /^[A-Za-z0-9_.-]{1,64}$/

/** Characters of the longest token that is taken, as of one that a caller brings in, and of the longest answer kept beside it. */
const LONGEST_TOKEN = 65_536
const LONGEST_KEPT = 2048

/** A time later than this is as good as none: the year 9999, beyond which RFC 3339 does not go. */
const LATEST = Date.parse('9999-01-01T00:00:00Z')

const reader = (path: string): ((source: unknown) => unknown) => {
  const steps = parsePath(path)
  return steps ? getter(steps) : () => undefined
}
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** The body of an answer: JSON, or parameters of a form, as some older endpoints send. Undefined for neither. */
function bodyOf({ headers, text }: HttpResponse): Record<string, unknown> | undefined {
  const type = headers.get('content-type') ?? ''
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    const isForm =
      type.includes('x-www-form-urlencoded') || /^[\w.-]+=[^\s<>{}]*(&[\w.-]+=[^\s<>{}]*)*$/.test(text.trim())
    return isForm ? Object.fromEntries(new URLSearchParams(text.trim())) : undefined
  }
}

/** Seconds as a number or a text of digits; undefined for what says nothing: none, null, 0, or no number. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

/** A time as RFC 3339 or as seconds since 1970, in milliseconds since 1970. */
function timeOf(value: unknown): number | undefined {
  const seconds = secondsOf(value)
  if (seconds !== undefined) return seconds * 1000
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/**
 * A time that has passed says nothing of a token that was given just now: one of the clocks is wrong, and to believe it
 * would mean to ask for another token before each call.
 */
const notOver = (time: number | undefined, now: number): number | undefined =>
  time !== undefined && time > now ? time : undefined

/** The code of a refusal, wherever the provider puts it; `status` stands in for one that has none. */
function codeOf(body: Record<string, unknown> | undefined, path: string | undefined, status: number): string {
  const error = body?.error
  const found = [
    path === undefined ? undefined : reader(path)(body),
    error,
    isObject(error) ? (error.code ?? error.type) : undefined,
    body?.errorCode,
    body?.code,
    body?.status,
  ].find((value): value is string => typeof value === 'string' && CODE.test(value))
  return found ?? `http_${status}`
}

/**
 * Reads what a token endpoint answered, leniently: real ones leave out `token_type`, answer in a form, nest the token,
 * or say no with status 200. `now` is in milliseconds since 1970.
 */
export function readTokenAnswer(response: HttpResponse, spec: TokenAnswerSpec, now: number): TokenAnswer {
  const { status } = response
  const body = bodyOf(response)
  const isOk = status >= 200 && status <= 299
  const access_token = body && isOk ? textOf(reader(spec.answer?.access_token ?? 'access_token')(body)) : undefined
  if (access_token === undefined) {
    const code = codeOf(body, spec.answer?.error, status)
    // Without a body that can be read, only a status that speaks of the request itself is a no.
    const isMoved = status >= 300 && status <= 399
    const isNo = body
      ? status < 500 && status !== 429 && status !== 408 && !isMoved
      : status === 400 || status === 401 || status === 403
    return isNo && !FOR_NOW.has(code.toLowerCase()) ? { refused: code } : { failed: code }
  }
  const refresh_token = textOf(reader(spec.answer?.refresh_token ?? 'refresh_token')(body))
  // No header could hold it, and no row should.
  if (Math.max(access_token.length, refresh_token?.length ?? 0) > LONGEST_TOKEN) return { refused: 'token_too_long' }
  const seconds = secondsOf(reader(spec.answer?.expires_in ?? 'expires_in')(body)) ?? spec.expires_in
  const ends =
    (spec.answer?.expires_at === undefined ? undefined : notOver(timeOf(reader(spec.answer.expires_at)(body)), now)) ??
    (seconds === undefined ? undefined : now + seconds * 1000)
  const captured = Object.entries(spec.capture ?? {}).flatMap(([name, path]) => {
    const value = reader(path)(body)
    if (typeof value !== 'string' && typeof value !== 'number') return []
    const text = String(value)
    return text.length <= LONGEST_KEPT ? [[name, text]] : []
  })
  return {
    token: {
      access_token,
      ...(refresh_token !== undefined && { refresh_token }),
      ...(ends !== undefined && { expires_at: new Date(Math.min(ends, LATEST)).toISOString() }),
      captured: Object.fromEntries(captured),
    },
  }
}
