import type { Model } from '../../models/index.ts'
import { ProblemError } from '../../problem/index.ts'
import { faultsOfIssues } from '../../problem/issues.ts'
import { type AfterValidation, throwInvalidRequest } from '../invalid-request.ts'
import { sentenceOf } from '../request-faults.ts'

/**
 * For lists: where nothing is wrong but the names of filters, the problem is one of its own.
 * @throws ProblemError `unsupported-filter`, or what `throwInvalidRequest` throws
 */
export const throwInvalidList: AfterValidation = (result, c) => {
  if (result.success || result.target !== 'query') return throwInvalidRequest(result, c)
  const errors = faultsOfIssues(result.error.issues, '/query')
  const areFilters = errors.every(({ code, pointer }) => code === 'unknown' && pointer.startsWith('/query/filter['))
  if (!areFilters) return throwInvalidRequest(result, c)
  throw new ProblemError('unsupported-filter', { detail: 'There is no such filter.', errors })
}

/**
 * For writes: a field of the model that only the provider sets is refused as read-only, and not as unknown.
 * @throws ProblemError `unknown-field`, `invalid-field`, or what `throwInvalidRequest` throws
 */
export const throwInvalidWrite =
  (model: Model): AfterValidation =>
  (result, c) => {
    if (result.success || result.target !== 'json') return throwInvalidRequest(result, c)
    const errors = faultsOfIssues(result.error.issues).map(fault =>
      fault.code === 'unknown' && Object.hasOwn(model.fields, fault.pointer.slice(1))
        ? { ...fault, code: 'read-only', detail: 'The provider sets it.' }
        : fault,
    )
    const areUnknown = errors.every(fault => fault.code === 'unknown')
    throw new ProblemError(areUnknown ? 'unknown-field' : 'invalid-field', { detail: sentenceOf(errors), errors })
  }
