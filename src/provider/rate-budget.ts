import type { ResponseHeaders } from '../services.ts'

/** A header that says when a budget is full again, and the unit of its number. */
interface Reset {
  readonly header: string
  readonly format: 'seconds' | 'milliseconds' | 'unix-seconds' | 'unix-millis'
}
/** Whose a limit is. */
export type Scope = 'connection' | 'integration'
/** What the provider documents to take: requests in any window, or at once. */
export type Rate =
  | { readonly requests: number; readonly seconds: number; readonly scope?: Scope | undefined }
  | { readonly concurrent: number }
interface Declared {
  readonly rates?: readonly Rate[] | undefined
  /** Whose budget the headers tell, and whom a refusal concerns: the connection's, unless given. */
  readonly scope?: Scope | undefined
}
/** The headers that say what is left of the budget: one for each number, or one text with all numbers (`like`). */
export type Limits = Declared &
  (
    | {
        readonly remaining?: string | undefined
        readonly limit?: string | undefined
        readonly reset?: Reset | undefined
        /** How long a window is, where no header says when it ends. */
        readonly window?: Reset | undefined
      }
    /** `{reset}` is in seconds. */
    | { readonly header: string; readonly like: string }
  )

/** What a provider says is left of the budget of an account. */
export interface Budget {
  readonly limit?: number
  readonly remaining?: number
  /** Seconds until it is full again. */
  readonly reset?: number
  /** Whether `reset` is only how long a window is that rolls on, so that some of it is free sooner. */
  readonly isRolling?: true
}

const whole = (text: string | null | undefined): number | undefined =>
  text != null && /^\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined

function seconds({ header, format }: Reset, headers: ResponseHeaders, now: number): number | undefined {
  const value = whole(headers.get(header))
  if (value === undefined) return undefined
  const left = {
    seconds: value,
    milliseconds: value / 1000,
    'unix-seconds': value - now / 1000,
    'unix-millis': (value - now) / 1000,
  }[format]
  return Math.max(0, Math.ceil(left))
}

/**
 * Characters of a header that is searched for numbers; longer ones are not read. Those that providers send have below 100,
 * and a search among digits without end would take as long as their number squared.
 */
const LONGEST = 1_000

interface Like {
  readonly names: readonly string[]
  readonly expression: RegExp
}
/** Each pattern compiled, once; there are as many as providers. */
const compiled = new Map<string, Like>()

/**
 * Compiles a pattern of a header such as `api-usage=101/15000`. A comma in the pattern is also a semicolon: drafts of the
 * `RateLimit` header have both, and providers send the one that they document and the other.
 */
function compileLike(pattern: string): Like {
  const known = compiled.get(pattern)
  if (known) return known
  const names: string[] = []
  const source = pattern
    .split(/(\{\w+\})/)
    .map(part => {
      if (!/^\{\w+\}$/.test(part)) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[,;]\s*/g, '[,;]\\s*')
      names.push(part.slice(1, -1))
      return '(\\d{1,15}(?:\\.\\d{1,15})?)'
    })
    .join('')
  const made = { names, expression: new RegExp(source) }
  compiled.set(pattern, made)
  return made
}

/** The numbers at `{used}`, `{limit}`, `{remaining}` and `{reset}` in a header. */
function readLike(pattern: string, text: string): Record<string, number> {
  const { names, expression } = compileLike(pattern)
  const match = expression.exec(text)
  return Object.fromEntries(names.map((name, i) => [name, Number(match?.[i + 1])]).filter(([, n]) => !Number.isNaN(n)))
}

/**
 * Reads the budget from a response's headers, as `limits` of `provider.json` says; undefined where they do not have it.
 * `now` is in milliseconds since 1970.
 */
export function budgetOf(limits: Limits | undefined, headers: ResponseHeaders, now: number): Budget | undefined {
  if (!limits) return undefined
  if ('like' in limits) {
    const text = headers.get(limits.header)
    if (!text || text.length > LONGEST) return undefined
    const {
      used,
      limit,
      reset,
      remaining = limit !== undefined && used !== undefined ? limit - used : undefined,
    } = readLike(limits.like, text)
    return remaining === undefined
      ? undefined
      : {
          ...(limit !== undefined && { limit }),
          remaining: Math.max(0, remaining),
          ...(reset !== undefined && { reset: Math.ceil(reset) }),
        }
  }
  const remaining = limits.remaining === undefined ? undefined : whole(headers.get(limits.remaining))
  if (remaining === undefined) return undefined
  const limit = limits.limit === undefined ? undefined : whole(headers.get(limits.limit))
  const reset = limits.reset ?? limits.window
  const left = reset && seconds(reset, headers, now)
  return {
    remaining,
    ...(limit !== undefined && { limit }),
    ...(left !== undefined && { reset: left }),
    ...(limits.window && !limits.reset && { isRolling: true as const }),
  }
}
