import { type Failure, fail } from '../problem/index.ts'
import { type Destinations, destinationOf } from './destination.ts'
import type { Answer } from './refuse.ts'
import type { Draft } from './request.ts'
import type { Wire, WireFault } from './wire.ts'

/** One exchange with a provider, for logs, headers and `explain`. */
export interface Exchange {
  readonly draft: Draft
  readonly status: number | undefined
  /** Milliseconds from the first byte sent to the last one read. */
  readonly ms: number
}
export interface Sending {
  readonly wire: Wire
  readonly now: () => number
  /** Milliseconds that the exchange may take in all. */
  readonly timeout: number
  readonly maxBytes: number
  readonly destinations: Destinations
  /** The provider's id, for problems. */
  readonly provider: string
  /** Headers that sign the request; kept apart from the draft, so that nothing else sees them. */
  readonly signature: Readonly<Record<string, string>>
  /** Aborted when the caller goes away. */
  readonly signal?: AbortSignal | undefined
  readonly seen: (exchange: Exchange) => void
}

const FAULTS: Readonly<Record<WireFault, { code: Failure['code']; detail: string }>> = {
  unreachable: {
    code: 'provider-unreachable',
    detail: 'No connection to the provider could be made, or it was closed before an answer came.',
  },
  'private-address': {
    code: 'provider-unreachable',
    detail: 'The provider’s name leads to a private or local address, which the gateway does not call.',
  },
  timeout: { code: 'provider-timeout', detail: 'The provider did not answer in time.' },
  'cut-short': { code: 'provider-answer-unreadable', detail: 'The provider’s answer broke off before its end.' },
  'too-large': {
    code: 'provider-answer-unreadable',
    detail: 'The provider’s answer is larger than the gateway reads.',
  },
}

/** The JSON of an answer. Of a refusal only the status is sure, so an unreadable body of one is as good as none. */
function parse(text: string, status: number): { body: unknown } | undefined {
  if (text === '') return { body: undefined }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return status >= 400 || status === 204 || status === 304 ? { body: undefined } : undefined
  }
}

/** Signs and sends one request, and reads its answer. Whatever happens comes back as a value. */
export async function send(draft: Draft, sending: Sending): Promise<{ answer: Answer } | { failure: Failure }> {
  const { wire, now, timeout, maxBytes, provider, signature, seen } = sending
  const failed = (code: Failure['code'], detail: string) => ({ failure: fail(code, { provider, detail }).failure })
  const destination = destinationOf(draft.url, sending.destinations)
  if ('refused' in destination)
    return failed('provider-unreachable', `The address to call ${destination.refused}; the gateway does not call it.`)
  const clock = AbortSignal.timeout(timeout)
  const signal = sending.signal ? AbortSignal.any([clock, sending.signal]) : clock
  const started = now()
  const { method, headers, body } = draft
  const result = await wire({
    method,
    url: destination.url.href,
    headers: { ...headers, ...signature },
    body,
    signal,
    maxBytes,
  })
  const status = 'answer' in result ? result.answer.status : undefined
  seen({ draft, status, ms: now() - started })
  if ('fault' in result) return failed(FAULTS[result.fault].code, FAULTS[result.fault].detail)
  const { answer } = result
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 304)
    return failed(
      'provider-answer-unreadable',
      'The provider sent the request to another address, which the gateway does not follow.',
    )
  const parsed = parse(answer.text, answer.status)
  if (!parsed) return failed('provider-answer-unreadable', 'The provider’s answer is no JSON.')
  return { answer: { status: answer.status, headers: answer.headers, body: parsed.body } }
}
