import { type Fault, ProblemError } from '../problem/index.ts'

/** A fault in one member of the body; `pointer` is a JSON pointer, such as `/credentials/type`. */
export const faultAt = (pointer: string, detail: string, code = 'custom'): Fault => ({ pointer, code, detail })

/** The first fault in a sentence, and how many more there are. */
export const sentenceOf = ([first, ...rest]: readonly Fault[]): string => {
  if (!first) return 'The request is not valid.'
  return `${first.pointer || 'The body'}: ${first.detail}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}`
}

/** The problem `invalid-field` with these faults, to be thrown. */
export const invalidField = (...errors: [Fault, ...Fault[]]): ProblemError =>
  new ProblemError('invalid-field', { detail: sentenceOf(errors), errors })

/**
 * Ends the request where members of its body are at fault.
 * @throws ProblemError `invalid-field`, when there is at least one fault
 */
export function throwFaults([first, ...rest]: readonly Fault[]): void {
  if (first) throw invalidField(first, ...rest)
}
