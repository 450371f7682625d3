import type { ProxyError, ProxyResponse } from 'nango'
import type { Failure } from '../../problem/index.ts'

/** Ends an action with a problem; thrown through the function, caught where it was called. */
export class ActionEnded extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.detail ?? failure.code)
    this.failure = failure
  }
}
/** The provider answered with a failure; an action may catch it, and what escapes becomes the caller's problem. */
export class ProviderRefused extends Error implements ProxyError {
  override readonly name = 'AxiosError'
  readonly isAxiosError = true
  readonly response: ProxyResponse
  readonly status: number
  constructor(response: ProxyResponse) {
    super(`Request failed with status code ${response.status}`)
    this.response = response
    this.status = response.status
  }
}
