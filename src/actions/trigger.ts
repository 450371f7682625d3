import { type Action, ActionError } from 'nango'
import type { z } from 'zod'
import type { Gateway } from '../app.ts'
import { isObject } from '../mapping/path.ts'
import { done, type Failure, type Fault, fail, type Outcome } from '../problem/index.ts'
import type { LiveConnection } from '../store/index.ts'
import { contextOf } from './context/nango.ts'
import { ActionEnded, ProviderRefused } from './context/proxy.ts'
import type { Trace } from './exchange.ts'
import type { Caller } from './find.ts'
import { begin, note } from './logbook.ts'
import { findAction } from './registry.ts'
import { run } from './run.ts'
import type { VerbAction } from './verb-action.ts'

/** One run of an action, on behalf of a connection or of none. */
export interface Invocation {
  readonly environment: string
  readonly environmentName: string
  readonly integration: string
  /** Empty for an action that needs none. */
  readonly connection: string
  readonly name: string
  readonly input: unknown
  readonly signal?: AbortSignal | undefined
  /** The span that provider requests belong to, where the caller traces. */
  readonly traceparent?: string | undefined
  /** The request that asked for it, for the log. */
  readonly requestId: string
  /** The log entry of the action that triggered this one. */
  readonly parent?: string | undefined
  /** The actions that triggered this one, outermost first. */
  readonly under?: readonly string[]
}

/** Seconds that an action may take when it does not say. */
const TIME_LIMIT = 60
/** Bytes of an action's output as JSON, at most. */
export const OUTPUT_LIMIT = 2 * 1024 * 1024
/** Characters of a payload or provider's body, as JSON, that a problem repeats. */
const TOLD_LIMIT = 100_000
/** Actions that may stand under each other. */
const DEPTH = 16

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

interface Found {
  readonly integration: { readonly unique_key: string; readonly provider: string }
  readonly connection: LiveConnection | undefined
}

/** The integration, and the connection where one was named. */
async function locate({ store }: Gateway, given: Invocation): Promise<Outcome<Found>> {
  if (given.connection !== '') {
    const live = await store.live(given.environment, given.connection, given.integration || undefined)
    if ('found' in live) return done({ integration: live.found.integration, connection: live.found })
    if ('ambiguous' in live) return fail('connection-ambiguous')
    return fail(live.missing === 'connection' ? 'connection-not-found' : 'integration-not-found')
  }
  const integration = await store.integrations.find(given.environment, given.integration)
  return integration ? done({ integration, connection: undefined }) : fail('integration-not-found')
}

/**
 * Runs an action by its name: an action function, or a verb of a mapping. The output is the function's return value
 * as it is; undefined for a void one. Whatever happens is a value: what the function threw, a limit it passed, what
 * the provider refused.
 */
export async function trigger(gateway: Gateway, given: Invocation): Promise<Outcome<unknown>> {
  const begun = begin(gateway.now())
  const seen: { current?: Trace } = {}
  const outcome = await carryOut(gateway, given, begun.id, seen)
  note(gateway.store.logs, gateway.now(), begun, {
    environment: given.environment,
    requestId: given.requestId,
    kind: 'action',
    name: given.name,
    parent: given.parent,
    connection: seen.current?.connection,
    failure: outcome.ok ? undefined : outcome.failure,
    exchanges: seen.current?.exchanges ?? [],
  })
  return outcome
}

/** `id` is the log entry of this run; `seen` gets what happened on the provider's side. */
async function carryOut(
  gateway: Gateway,
  given: Invocation,
  id: string,
  seen: { current?: Trace },
): Promise<Outcome<unknown>> {
  const found = await locate(gateway, given)
  if (!found.ok) return found
  const { integration, connection } = found.value
  const self = `${integration.unique_key}/${given.connection}/${given.name}`
  const under = given.under ?? []
  if (under.includes(self))
    return fail('action-failed', { detail: `The action "${given.name}" is under way above this one: a cycle.` })
  if (under.length >= DEPTH)
    return fail('action-failed', { detail: `More than ${DEPTH} actions stand under each other.` })
  const runnable = await findAction(gateway.catalogue, integration.provider, given.name)
  if (!runnable) return fail('action-not-found', { provider: integration.provider })
  if (runnable.kind === 'verb') {
    if (!connection) return fail('connection-not-found')
    return triggerVerb(gateway, given, integration.unique_key, runnable.action, seen)
  }
  if (!connection && runnable.action.auth !== 'none') return fail('connection-not-found')
  const trace: Trace = { provider: integration.provider, connection, exchanges: [] }
  seen.current = trace
  const inner = { ...given, under: [...under, self], parent: id }
  return triggerFunction(gateway, inner, found.value, runnable.action, trace)
}

async function triggerVerb(
  gateway: Gateway,
  given: Invocation,
  integrationKey: string,
  action: VerbAction,
  seen: { current?: Trace },
): Promise<Outcome<unknown>> {
  const parsed = parseInput(action.input, given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const caller: Caller = {
    environment: given.environment,
    connectionId: given.connection,
    integrationKey,
    signal: given.signal,
    traceparent: given.traceparent,
  }
  const outcome = await run(gateway, caller, action.model.name, action.call(parsed.data as never), seen)
  if (!outcome.ok) return outcome
  return done(action.verb === 'delete' ? undefined : outcome.value)
}

/** An input that was left out stands for an object without members where nothing at all is not accepted. */
function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.ZodSafeParseResult<z.output<T>> {
  const parsed = schema.safeParse(input)
  return parsed.success || input !== undefined ? parsed : schema.safeParse({})
}

const invalidInput = (issues: Issues): Outcome<never> => {
  const errors = faultsOf(issues)
  return fail('action-input-invalid', { detail: firstOf(errors, 'The input'), errors })
}

async function triggerFunction(
  gateway: Gateway,
  given: Invocation,
  { integration, connection }: Found,
  action: Action,
  trace: Trace,
): Promise<Outcome<unknown>> {
  const parsed = parseInput(action.input, given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const clock = AbortSignal.timeout((action.timeout ?? TIME_LIMIT) * 1000)
  const signal = given.signal ? AbortSignal.any([clock, given.signal]) : clock
  const caller: Caller = {
    environment: given.environment,
    connectionId: given.connection,
    integrationKey: integration.unique_key,
    signal,
    traceparent: given.traceparent,
  }
  const provider = await gateway.catalogue.provider(integration.provider)
  const nango = contextOf({
    gateway,
    caller,
    environmentName: given.environmentName,
    reach: connection && { connection, provider },
    integration,
    trace,
    id: given.parent ?? '',
    async trigger(key, connectionId, name, input) {
      const outcome = await trigger(gateway, {
        ...given,
        integration: key,
        connection: connectionId,
        name,
        input,
        signal,
      })
      if (outcome.ok) return outcome.value
      const { failure } = outcome
      // Its pointers are into an input that this action made, and not its caller.
      if (failure.code !== 'action-input-invalid') throw new ActionEnded(failure)
      throw new ActionEnded(
        fail('action-failed', { detail: `The action "${name}" refused its input: ${failure.detail}` }).failure,
      )
    },
  })
  const timedOut = new Promise<never>((_, reject) => {
    clock.addEventListener('abort', () => reject(clock.reason), { once: true })
  })
  try {
    const output: unknown = await Promise.race([action.exec(nango, parsed.data), timedOut])
    return checkOutput(action, output)
  } catch (error) {
    if (clock.aborted)
      return fail('action-timeout', {
        detail: `The action took longer than ${action.timeout ?? TIME_LIMIT} seconds; its requests were cancelled.`,
      })
    return { ok: false, failure: failureOf(error, gateway, integration.provider) }
  }
}

function checkOutput(action: Action, output: unknown): Outcome<unknown> {
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
  if (text === undefined) return done(undefined)
  const size = new TextEncoder().encode(text).length
  if (size <= OUTPUT_LIMIT) return done(output)
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
function failureOf(error: unknown, { catalogue }: Gateway, provider: string): Failure {
  if (error instanceof ActionEnded) return error.failure
  if (error instanceof ProviderRefused) {
    const { status, headers, data } = error.response
    const known = catalogue.refuse(provider)?.({ status, headers: new Headers(headers), body: data }, 'get')
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
