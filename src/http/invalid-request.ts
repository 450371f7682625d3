import type { Hook } from '@hono/zod-openapi'
import { unsoundInCallers } from '../models/unsound.ts'
import { ProblemError } from '../problem/index.ts'
import { faultsOfIssues } from '../problem/issues.ts'
import { pointerTo } from '../problem/pointer.ts'
import type { Variables } from './context.ts'
import { faultAt, invalidField, sentenceOf } from './request-faults.ts'

/**
 * What happens after zod has looked at a part of the request, for any route: nothing when the part is valid, else a
 * thrown problem. It never returns an answer, so that its type does not depend on what the route answers.
 */
export type AfterValidation = Hook<unknown, Variables, string, undefined>

/**
 * Ends a request that does not fit its schemas, or whose body could not be handed on as it is: 400 for parameters, 422
 * for members of the body.
 * @throws ProblemError `bad-parameter`, `unknown-field` or `invalid-field`
 */
export const throwInvalidRequest: AfterValidation = result => {
  if (result.success) {
    const unsound = result.target === 'json' ? unsoundInCallers(result.data) : undefined
    if (unsound) throw invalidField(faultAt(pointerTo(unsound.path), unsound.detail))
    return
  }
  const { issues } = result.error
  if (result.target !== 'json') {
    const errors = faultsOfIssues(issues, `/${result.target === 'param' ? 'path' : result.target}`)
    throw new ProblemError('bad-parameter', { detail: sentenceOf(errors), errors })
  }
  const errors = faultsOfIssues(issues)
  const areUnknown = errors.every(fault => fault.code === 'unknown')
  throw new ProblemError(areUnknown ? 'unknown-field' : 'invalid-field', { detail: sentenceOf(errors), errors })
}
