import { type Code, type Failure, fail } from '../problem/index.ts'
import type { HttpFault, HttpResponse, StreamedResponse } from '../services.ts'

const FAULTS: Readonly<Record<HttpFault, { readonly code: Code; readonly detail: string; readonly unsent?: true }>> = {
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
  unreadable: {
    code: 'provider-answer-unreadable',
    detail: 'The provider’s answer has a status or a compression that the gateway does not know.',
  },
  exhausted: { code: 'overloaded', detail: 'The gateway has no connection left to call with.', unsent: true },
}

/** Seconds after which a call is worth another try that found no place. */
const RETRY_AFTER = 1

/** The problem of a call that found no place at its host. */
export const overloaded = (provider: string, detail: string): Failure =>
  fail('overloaded', { provider, detail, retry_after: RETRY_AFTER, unsent: true }).failure

export type Result = { readonly response: HttpResponse | StreamedResponse } | { readonly fault: HttpFault }

/** Whether it is sure that a request did not arrive. */
export const isUnsent = (result: Result): boolean => 'fault' in result && FAULTS[result.fault].unsent === true

/** The problem of a call that brought no whole response. */
export function failureOfFault(fault: HttpFault, provider: string): Failure {
  const { code, ...more } = FAULTS[fault]
  return fail(code, { provider, ...more, ...(code === 'overloaded' && { retry_after: RETRY_AFTER }) }).failure
}

/** Faults that lie with the gateway or in how much was asked for, and so say nothing of whether the provider is up. */
const NOT_THEIRS: ReadonlySet<HttpFault> = new Set(['private-address', 'too-large', 'unreadable', 'exhausted'])

/** Whether the provider is up, as far as a call tells; undefined where it does not. */
export function isUp(result: Result): boolean | undefined {
  if ('response' in result) return result.response.status < 500
  return NOT_THEIRS.has(result.fault) ? undefined : false
}
