import { type Action, ActionError } from 'nango'
import type { z } from 'zod'
import type { Catalogue } from '../mapping/catalogue.ts'
import { isObject } from '../mapping/path.ts'
import { done, type Failure, type Fault, fail, type Outcome } from '../problem/index.ts'
import { ActionEnded, ProviderRefused } from './context/ended.ts'

/** Bytes of an action's output as JSON, at most. */
export const OUTPUT_LIMIT = 2 * 1024 * 1024
/** Characters of a payload or provider's body, as JSON, that a problem repeats. */
const TOLD_LIMIT = 100_000
type Issues = readonly {
  readonly path: readonly PropertyKey[]
  readonly code: string
  readonly message: string
  readonly keys?: readonly string[]
}[]
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** zod's issues as faults of the input, or of the output; each unknown member by its own pointer. */
const faultsOf = (issues: Issues): Fault[] =>
  issues.flatMap(({ path, code, message, keys }) =>
    code === 'unrecognized_keys' && keys
      ? keys.map(key => ({ pointer: pointerTo([...path, key]), code: 'unknown', detail: 'There is no such member.' }))
      : [{ pointer: pointerTo(path), code, detail: message }],
  )
const firstOf = (faults: readonly Fault[], what: string): string =>
  `${faults[0]?.pointer || what}: ${faults[0]?.detail ?? 'is not valid'}`

/** An input that was left out stands for an object without members where nothing at all is not accepted. */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.ZodSafeParseResult<z.output<T>> {
  const parsed = schema.safeParse(input)
  return parsed.success || input !== undefined ? parsed : schema.safeParse({})
}

/** The problem of an input that is not what the action expects. */
export const invalidInput = (issues: Issues): Outcome<never> => {
  const errors = faultsOf(issues)
  return fail('action-input-invalid', { detail: firstOf(errors, 'The input'), errors })
}

/** What an action returned; undefined for a void one. */
export interface Output {
  readonly value: unknown
  /** The value as JSON, where its size was measured by it. */
  readonly text?: string
}

/** An action's output, checked by its schema and its size. */
export function checkOutput(action: Action, output: unknown): Outcome<Output> {
  const parsed = action.output.safeParse(output)
  if (!parsed.success) {
    const errors = faultsOf(parsed.error.issues)
    return fail('action-failed', {
      detail: `The action’s output is not what it declares: ${firstOf(errors, 'the output')}`,
      errors,
    })
  }
  const text = JSON.stringify(output)
  // Also what JSON has no words for, such as a function.
  if (text === undefined) return done({ value: undefined })
  const size = new TextEncoder().encode(text).length
  if (size <= OUTPUT_LIMIT) return done({ value: output, text })
  return fail('output-too-large', {
    detail: `The output has ${size} bytes, at most ${OUTPUT_LIMIT} are allowed. Read large answers through \`/proxy\`.`,
  })
}

/** Whether something of a function's or provider's making is small enough to stand in a problem. */
function isBounded(value: unknown): boolean {
  try {
    return (JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY) <= TOLD_LIMIT
  } catch {
    return false
  }
}

/** What a function threw, as a problem: an error on purpose with its payload, a provider's refusal, or a plain error. */
export function failureOf(
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
  if (error instanceof ActionError || (isObject(error) && error.name === 'ActionError')) {
    const { message, payload } = error as ActionError
    return fail('action-failed', { detail: message, ...(isBounded(payload) && { payload }) }).failure
  }
  const message = error instanceof Error ? error.message : 'The action threw something that is no error.'
  return fail('action-failed', { detail: message || 'The action failed.' }).failure
}
