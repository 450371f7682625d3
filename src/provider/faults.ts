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
}

/** The problem of a call that brought no whole response. */
export function failureOfFault(fault: HttpFault, provider: string): Failure {
  const { code, ...more } = FAULTS[fault]
  return fail(code, { provider, ...more }).failure
}

/** Whether a provider that ended a call so is up; one that answers too much is, and says it of one account alone. */
export const isUp = (
  result: { readonly response: HttpResponse | StreamedResponse } | { readonly fault: HttpFault },
): boolean => ('response' in result ? result.response.status < 500 : result.fault === 'too-large')
