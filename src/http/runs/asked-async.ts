import { ProblemError } from '../../problem/index.ts'
import type { HttpContext } from '../context.ts'

/** How a caller wants a request to be carried out who does not wait for its end. */
export interface AskedAsync {
  /** Milliseconds that the caller waits for the end all the same. */
  readonly wait: number
  /** Retries after an attempt that failed. */
  readonly maxRetries: number
  /** The preferences that were followed, for `Preference-Applied` (RFC 7240). */
  readonly applied: string | undefined
}

/** Seconds that a caller may wait for the end of a run. */
const LONGEST_WAIT = 30

/** Headers that say that a request need not be waited for, for the document. */
export const asyncHeaders = [
  {
    name: 'x-async',
    in: 'header' as const,
    required: false,
    description:
      'Accepts the request as a run, which its connection’s queue carries out in order: 202 with `Location`.',
    schema: { type: 'boolean' as const, default: false },
  },
  {
    name: 'x-max-retries',
    in: 'header' as const,
    required: false,
    description: 'Retries of a run after an attempt that failed and may be repeated.',
    schema: { type: 'integer' as const, minimum: 0, maximum: 5, default: 0 },
  },
  {
    name: 'prefer',
    in: 'header' as const,
    required: false,
    description: `\`respond-async\` is \`X-Async\`; \`wait=n\` beside it waits up to n seconds (${LONGEST_WAIT} at most) for the answer (RFC 7240).`,
    schema: { type: 'string' as const, example: 'respond-async, wait=5' },
  },
]

const bad = (header: string, detail: string) =>
  new ProblemError('bad-parameter', {
    detail: `The header ${header}: ${detail}`,
    errors: [{ pointer: `/header/${header}`, detail }],
  })

/** The header `X-Async`, with the words that the documented action API takes. */
function isOn(text: string | undefined): boolean {
  if (text === undefined || /^(|0|false|no|n|off|disabled)$/i.test(text)) return false
  if (/^(1|true|yes|y|on|enabled)$/i.test(text)) return true
  throw bad('x-async', 'Send `true` or `false`.')
}

/** The preferences of a request; those that are not known, or are no preferences, are passed over as RFC 7240 wants. */
function preferencesOf(text: string): { respondAsync: boolean; wait: number | undefined } {
  // No preference has a quoted comma that is looked at here.
  const all = text.split(',', 20).map(part => (part.split(';', 1)[0] ?? '').trim().toLowerCase())
  const wait = all.map(part => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(part)?.[1]).find(seconds => seconds !== undefined)
  return { respondAsync: all.includes('respond-async'), wait: wait === undefined ? undefined : Number(wait) }
}

/**
 * Whether a request is to be carried out as a run, by its headers `X-Async`, `X-Max-Retries` and `Prefer`; undefined
 * where its caller waits for the answer. `always`: it is one whatever they say, as a batch is.
 * @throws ProblemError `bad-parameter`; `outside-session`, as a session token reads no runs
 */
export function askedAsync(c: HttpContext, always: true): AskedAsync
export function askedAsync(c: HttpContext): AskedAsync | undefined
export function askedAsync(c: HttpContext, always = false): AskedAsync | undefined {
  const prefer = preferencesOf(c.req.header('prefer')?.slice(0, 1_000) ?? '')
  if (!always && !isOn(c.req.header('x-async')) && !prefer.respondAsync) return undefined
  if (c.get('session'))
    throw new ProblemError('outside-session', {
      detail: 'A session token waits for its answers: asynchronous runs need a key.',
    })
  const retries = c.req.header('x-max-retries') || '0'
  if (!/^[0-5]$/.test(retries)) throw bad('x-max-retries', 'Send a whole number from 0 to 5.')
  const wait = prefer.respondAsync && prefer.wait !== undefined ? Math.min(prefer.wait, LONGEST_WAIT) : 0
  const applied = prefer.respondAsync ? `respond-async${wait > 0 ? `, wait=${wait}` : ''}` : undefined
  return { wait: wait * 1000, maxRetries: Number(retries), applied }
}
