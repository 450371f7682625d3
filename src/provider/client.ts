import type { Draft } from '../mapping/request.ts'
import type { ProviderFile } from '../mapping/schema/index.ts'
import { type Failure, fail } from '../problem/index.ts'
import type { Circuit } from './circuit.ts'
import { deadline } from './deadline.ts'
import { type Destinations, destinationOf } from './destination.ts'
import { type Budget, budgetOf } from './rate-budget.ts'
import { pauseBefore } from './retry.ts'
import type { Wire, WireAnswer, WireFault } from './wire.ts'

/** One exchange with a provider, for logs, headers and `explain`. */
export interface Exchange {
  readonly draft: Draft
  readonly status: number | undefined
  /** Milliseconds from the first byte sent to the last one read. */
  readonly ms: number
  /** When it began, in milliseconds since 1970. */
  readonly started: number
  /** Which try it was, from 1. */
  readonly attempt: number
  /** Bytes of the answer. */
  readonly received?: number | undefined
}
/** What carries requests and keeps time; one for the whole process. */
export interface Carrier {
  readonly wire: Wire
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly circuit: Circuit
}
export interface Sending {
  readonly carrier: Carrier
  /** Milliseconds that the call may take in all, pauses included. */
  readonly timeout: number
  readonly maxBytes: number
  readonly destinations: Destinations
  /** The provider's id, for problems. */
  readonly provider: string
  readonly limits: ProviderFile['limits']
  /** What the circuit watches: the integration, in its environment. */
  readonly integration: string
  /** Whether the call may be carried out twice without harm. */
  readonly repeatable: boolean
  /** Tries that are made at most, and statuses that are tried again besides those that may pass. */
  readonly tries?: number | undefined
  readonly statuses?: readonly number[] | undefined
  /** Headers that sign the request; kept apart from the draft, so that nothing else sees them. */
  readonly signature: Readonly<Record<string, string>>
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  readonly seen: (exchange: Exchange) => void
}
export interface Carried {
  readonly answer: WireAnswer
  /** What the provider says is left of the account's budget. */
  readonly budget: Budget | undefined
  /** Tries that it took, the last included. */
  readonly tries: number
}

const FAULTS: Readonly<Record<WireFault, Pick<Failure, 'code' | 'unsent'> & { detail: string }>> = {
  unreachable: { code: 'provider-unreachable', detail: 'No connection to the provider could be made.', unsent: true },
  reset: {
    code: 'provider-unreachable',
    detail: 'The connection to the provider was closed before an answer came. A write may have been carried out.',
  },
  'private-address': {
    code: 'provider-unreachable',
    detail: 'The provider’s name leads to a private or local address, which the gateway does not call.',
    unsent: true,
  },
  timeout: { code: 'provider-timeout', detail: 'The provider did not answer in time.' },
  'cut-short': { code: 'provider-answer-unreadable', detail: 'The provider’s answer broke off before its end.' },
  'too-large': {
    code: 'provider-answer-unreadable',
    detail: 'The provider’s answer is larger than the gateway reads.',
  },
}

/** Characters below which a credential is too short to be told from other text. */
const TOLD = 8

/** A refusal without the credentials that it was sent: some providers repeat them in what they say is wrong. */
function withoutSecrets(answer: WireAnswer, signature: Sending['signature']): WireAnswer {
  if (answer.status < 400) return answer
  let { text } = answer
  for (const value of Object.values(signature)) {
    const secret = value.slice(value.lastIndexOf(' ') + 1)
    if (secret.length >= TOLD) text = text.replaceAll(secret, '[credential]')
  }
  return { ...answer, text }
}

/**
 * Signs and sends one request, again where that is safe and may help, and answers what came back, as it is. Whatever
 * happens is a value.
 */
export async function carry(draft: Draft, sending: Sending): Promise<Carried | { failure: Failure }> {
  const { carrier, timeout, provider, integration } = sending
  const failed = (code: Failure['code'], detail: string, more: Partial<Failure> = {}) => ({
    failure: fail(code, { provider, detail, ...more }).failure,
  })
  const destination = destinationOf(draft.url, sending.destinations)
  if ('refused' in destination)
    return failed('provider-unreachable', `The address to call ${destination.refused}; the gateway does not call it.`, {
      unsent: true,
    })
  const rest = carrier.circuit.closedFor(integration)
  if (rest !== undefined)
    return failed('provider-unreachable', 'The provider’s last answers were all failures; it is given a rest.', {
      retry_after: rest,
      unsent: true,
    })
  const { signal, release } = deadline(timeout, sending.signal)
  try {
    const result = await tryOften(draft, destination.url.href, signal, sending)
    if (!('fault' in result)) return result
    const { code, detail, ...more } = FAULTS[result.fault]
    return failed(code, detail, more)
  } finally {
    release()
  }
}

/** Sends until an answer is final, the tries are used up, or the time is. */
async function tryOften(
  draft: Draft,
  url: string,
  signal: AbortSignal,
  sending: Sending,
): Promise<Carried | { fault: WireFault }> {
  const { carrier, signature, integration } = sending
  const ends = carrier.now() + sending.timeout
  const request = {
    method: draft.method,
    url,
    headers: { ...draft.headers, ...signature },
    body: draft.body,
    signal,
    maxBytes: sending.maxBytes,
  }
  for (let tries = 1; ; tries++) {
    const started = carrier.now()
    const result = await carrier.wire(request)
    const now = carrier.now()
    const status = 'answer' in result ? result.answer.status : undefined
    const received = 'answer' in result ? result.answer.bytes : undefined
    sending.seen({ draft, status, ms: now - started, started, attempt: tries, received })
    const budget = 'answer' in result ? budgetOf(sending.limits, result.answer.headers, now) : undefined
    const ended =
      'answer' in result
        ? {
            status: result.answer.status,
            headers: result.answer.headers,
            reset: budget?.remaining === 0 ? budget.reset : undefined,
          }
        : result
    const pause = pauseBefore(ended, {
      tries,
      repeatable: sending.repeatable,
      left: ends - now,
      now,
      random: carrier.random,
      most: sending.tries,
      statuses: sending.statuses,
    })
    if (pause !== undefined && !signal.aborted) {
      await carrier.sleep(pause, signal)
      if (!signal.aborted) continue
    }
    // The caller's going away says nothing about the provider.
    carrier.circuit.ended(integration, sending.signal?.aborted ? undefined : isUp(result))
    if ('fault' in result) return result
    return { answer: withoutSecrets(result.answer, signature), budget, tries }
  }
}

/** Whether a provider that ended a call so is up; one that answers too much is, and says it of one account alone. */
const isUp = (result: Awaited<ReturnType<Wire>>): boolean =>
  'answer' in result ? result.answer.status < 500 : result.fault === 'too-large'

/** Waits, or ends early when the signal is aborted. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
