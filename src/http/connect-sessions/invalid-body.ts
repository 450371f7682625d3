import { type Fault, ProblemError } from '../../problem/index.ts'
import type { HttpContext } from '../context.ts'
import { type AfterValidation, throwInvalidRequest } from '../invalid-request.ts'
import { sentenceOf } from '../request-faults.ts'

/**
 * Ends the request where members of its body are at fault.
 * @throws ProblemError `invalid-body`, when there is at least one fault
 */
export function throwBodyFaults(errors: readonly Fault[]): void {
  if (errors.length > 0)
    throw new ProblemError('invalid-body', { detail: sentenceOf(errors), errors, documented: 'invalid_body' })
}

/** As `throwInvalidRequest`, but with the status and the code that the documented action API has here. */
export const throwInvalidBody = (result: Parameters<AfterValidation>[0], c: HttpContext): undefined => {
  try {
    throwInvalidRequest(result, c)
  } catch (error) {
    if (error instanceof ProblemError && result.target === 'json') throwBodyFaults(error.failure.errors ?? [])
    throw error
  }
}
