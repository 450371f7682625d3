import type { Action } from 'nango'
import type { z } from 'zod'
import type { Catalogue } from '../mapping/catalogue.ts'
import { isObject } from '../mapping/path.ts'
import { done, type Failure, type Fault, fail, type Outcome } from '../problem/index.ts'
import { faultsOfIssues } from '../problem/issues.ts'
import { ActionEnded, ProviderRefused } from './context/ended.ts'

/** Bytes that an action's output may have as JSON. */
export const OUTPUT_LIMIT = 2 * 1024 * 1024
/** Characters of a payload or a provider's body as JSON, up to which a problem repeats it. */
const REPEAT_LIMIT = 100_000
const firstOf = (faults: readonly Fault[], what: string): string =>
  `${faults[0]?.pointer || what}: ${faults[0]?.detail ?? 'is not valid'}`

/** Checks the input of an action. One that was left out is an empty object where the schema does not accept nothing. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.ZodSafeParseResult<z.output<T>> {
  const parsed = schema.safeParse(input)
  return parsed.success || input !== undefined ? parsed : schema.safeParse({})
}

/** The problem of an input that the schema does not accept. */
export const invalidInput = (issues: Parameters<typeof faultsOfIssues>[0]): Outcome<never> => {
  const errors = faultsOfIssues(issues)
  return fail('action-input-invalid', { detail: firstOf(errors, 'The input'), errors })
}

/** What an action returned. */
export interface Output {
  /** Undefined for an action without an output. */
  readonly value: unknown
  /** What a delete did. */
  readonly means?: string
  /** The value as JSON, where that was made to measure its size. */
  readonly text?: string
}

/** Checks what an action returned against its schema and `OUTPUT_LIMIT`. */
export function checkOutput(action: Action, output: unknown): Outcome<Output> {
  const parsed = action.output.safeParse(output)
  if (!parsed.success) {
    const errors = faultsOfIssues(parsed.error.issues)
    return fail('action-failed', {
      detail: `The action’s output is not what it declares: ${firstOf(errors, 'the output')}`,
      errors,
    })
  }
  const text = JSON.stringify(output)
  // Undefined, or a value that JSON does not have, such as a function.
  if (text === undefined) return done({ value: undefined })
  const size = new TextEncoder().encode(text).length
  if (size <= OUTPUT_LIMIT) return done({ value: output, text })
  return fail('output-too-large', {
    detail: `The output has ${size} bytes, at most ${OUTPUT_LIMIT} are allowed. Read large answers through \`/proxy\`.`,
  })
}

/** Whether a value of a function or a provider is JSON, and small enough to be part of a problem. */
function isBounded(value: unknown): boolean {
  try {
    return (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) <= REPEAT_LIMIT
  } catch {
    return false
  }
}

/**
 * The failure of an action function that threw: of an `ActionError` with its message and payload, of a provider's
 * refusal with its status and body, and of any other error with its message.
 */
export function failureOf(
  error: unknown,
  services: { readonly catalogue: Pick<Catalogue, 'classifyError'> },
  provider: string,
): Failure {
  try {
    return readFailure(error, services, provider)
  } catch {
    // What was thrown throws itself when it is looked at.
    return fail('action-failed', { detail: 'The action failed.' }).failure
  }
}

function readFailure(
  error: unknown,
  { catalogue }: { readonly catalogue: Pick<Catalogue, 'classifyError'> },
  provider: string,
): Failure {
  if (error instanceof ActionEnded) return error.failure
  if (error instanceof ProviderRefused) {
    const { status, headers, data } = error.response
    const known = catalogue.classifyError(provider)?.({ status, headers: new Headers(headers), body: data }, 'get')
    const base = known ?? fail('provider-rejected', { provider }).failure
    return { ...base, upstream: { ...base.upstream, status, ...(isBounded(data) && { body: data }) } }
  }
  // By its name: an action function may bring a class of that name of its own.
  if (isObject(error) && error.name === 'ActionError') {
    const { message, payload } = error
    return fail('action-failed', { detail: String(message), ...(isBounded(payload) && { payload }) }).failure
  }
  const message = error instanceof Error ? error.message : 'The action threw something that is no error.'
  return fail('action-failed', { detail: message || 'The action failed.' }).failure
}
