import type { ProxyError, ProxyResponse } from 'nango'
import type { Failure } from '../../problem/index.ts'

/** Ends an action with a problem: thrown through the action function, and caught by `trigger`. */
export class ActionEnded extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.detail ?? failure.code)
    this.failure = failure
  }
}
/** The provider answered with a status that is no success. An action may catch it; if not, the call ends with its problem. */
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
