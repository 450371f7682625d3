import { type Code, type Failure, isDocumentedCode } from '../../problem/index.ts'
import type { ConnectFailure, ConnectStep } from '../connect/flow.ts'

/** The problems of failures that have one of their own; every other is `sign-in-failed`. */
const PROBLEMS: Readonly<Record<string, Code>> = {
  connection_test_failed: 'connection-test-failed',
  connection_validation_failed: 'invalid-body',
  unknown_provider_config: 'integration-not-found',
  resource_capped: 'quota-exceeded',
  session_over: 'unauthenticated',
}
const problemOf = ({ code, detail }: ConnectFailure): Failure => ({
  code: PROBLEMS[code] ?? 'sign-in-failed',
  detail,
  ...(isDocumentedCode(code) && { documented: code }),
})

/** Why a form did not connect an account, as a problem with the code that the documented browser client knows. */
export function problemOfStep(step: Exclude<ConnectStep, { connected: unknown }>): Failure {
  if ('failed' in step) return problemOf(step.failed)
  if ('faults' in step)
    return {
      ...problemOf({
        code: 'connection_validation_failed',
        detail: step.faults.map(({ name, detail }) => `${name}: ${detail}`).join(' '),
      }),
      errors: step.faults.map(({ name, code, detail }) => ({ pointer: `/${name}`, code, detail })),
    }
  return problemOf({
    code: 'account_choice_needed',
    detail: 'The sign-in reaches several accounts: let the person choose one on the connect page.',
  })
}
