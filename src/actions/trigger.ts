import { type Action, ActionError } from 'nango'
import type { Gateway } from '../app.ts'
import { isObject } from '../mapping/path.ts'
import { done, type Failure, type Fault, fail, type Outcome } from '../problem/index.ts'
import type { LiveConnection } from '../store/index.ts'
import { contextOf } from './context/nango.ts'
import { ActionEnded, ProviderRefused } from './context/proxy.ts'
import type { Trace } from './exchange.ts'
import type { Caller } from './find.ts'
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
  /** The actions that triggered this one, outermost first. */
  readonly under?: readonly string[]
}

/** Seconds that an action may take when it does not say. */
const TIME_LIMIT = 60
/** Bytes of an action's output as JSON, at most. */
export const OUTPUT_LIMIT = 2 * 1024 * 1024
/** Actions that may stand under each other. */
const DEPTH = 16

/** zod's issues as faults of the input, or of the output. */
function faultsOf(issues: readonly { path: readonly PropertyKey[]; code: string; message: string }[]): Fault[] {
  return issues.map(({ path, code, message }) => ({
    pointer: path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code,
    detail: message,
  }))
}
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
    return triggerVerb(gateway, given, integration.unique_key, runnable.action)
  }
  if (!connection && runnable.action.auth !== 'none') return fail('connection-not-found')
  return triggerFunction(gateway, { ...given, under: [...under, self] }, found.value, runnable.action)
}

async function triggerVerb(
  gateway: Gateway,
  given: Invocation,
  integrationKey: string,
  action: VerbAction,
): Promise<Outcome<unknown>> {
  const parsed = action.input.safeParse(given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const caller: Caller = {
    environment: given.environment,
    connectionId: given.connection,
    integrationKey,
    signal: given.signal,
  }
  const outcome = await run(gateway, caller, action.model.name, action.call(parsed.data as never), {})
  if (!outcome.ok) return outcome
  return done(action.verb === 'delete' ? undefined : outcome.value)
}

const invalidInput = (issues: Parameters<typeof faultsOf>[0]): Outcome<never> => {
  const errors = faultsOf(issues)
  return fail('action-input-invalid', { detail: firstOf(errors, 'The input'), errors })
}

async function triggerFunction(
  gateway: Gateway,
  given: Invocation,
  { integration, connection }: Found,
  action: Action,
): Promise<Outcome<unknown>> {
  const parsed = action.input.safeParse(given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const clock = AbortSignal.timeout((action.timeout ?? TIME_LIMIT) * 1000)
  const signal = given.signal ? AbortSignal.any([clock, given.signal]) : clock
  const caller: Caller = {
    environment: given.environment,
    connectionId: given.connection,
    integrationKey: integration.unique_key,
    signal,
  }
  const provider = await gateway.catalogue.provider(integration.provider)
  const trace: Trace = { provider: integration.provider, exchanges: [] }
  const nango = contextOf({
    gateway,
    caller,
    environmentName: given.environmentName,
    reach: connection && { connection, provider },
    integration,
    trace,
    id: crypto.randomUUID(),
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
      throw new ActionEnded(outcome.failure)
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
  if (output === undefined) return done(undefined)
  const size = new TextEncoder().encode(JSON.stringify(output)).length
  if (size <= OUTPUT_LIMIT) return done(output)
  return fail('output-too-large', {
    detail: `The output has ${size} bytes, at most ${OUTPUT_LIMIT} are allowed. Read large answers through \`/proxy\`.`,
  })
}

/** What a function threw, as a problem: an error on purpose with its payload, a provider's refusal, or a plain error. */
function failureOf(error: unknown, { catalogue }: Gateway, provider: string): Failure {
  if (error instanceof ActionEnded) return error.failure
  if (error instanceof ProviderRefused) {
    const { status, headers, data } = error.response
    const known = catalogue.refuse(provider)?.({ status, headers: new Headers(headers), body: data }, 'get')
    const base = known ?? fail('provider-rejected', { provider }).failure
    return { ...base, upstream: { ...base.upstream, status, body: data } }
  }
  if (error instanceof ActionError || (isObject(error) && error.name === 'ActionError')) {
    const { message, payload } = error as ActionError
    return fail('action-failed', { detail: message, ...(payload !== undefined && { payload }) }).failure
  }
  const message = error instanceof Error ? error.message : 'The action threw something that is no error.'
  return fail('action-failed', { detail: message || 'The action failed.' }).failure
}
