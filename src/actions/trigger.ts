import type { Action } from 'nango'
import type { Gateway } from '../app.ts'
import { begin, note } from '../backends/call-log.ts'
import type { Trace } from '../backends/send.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import { deadline } from '../provider/deadline.ts'
import type { Caller } from '../records/resolve.ts'
import { run } from '../records/run.ts'
import type { LiveConnection } from '../store/index.ts'
import { contextOf } from './context/nango-context.ts'
import { ActionEnded } from './context/proxy.ts'
import { findAction } from './registry.ts'
import { checkOutput, failureOf, invalidInput, type Output, parseInput } from './result.ts'
import type { VerbAction } from './verb-actions.ts'

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
/** Actions that may stand under each other. */
const DEPTH = 16

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
export async function trigger(gateway: Gateway, given: Invocation): Promise<Outcome<Output>> {
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
): Promise<Outcome<Output>> {
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
): Promise<Outcome<Output>> {
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
  return done({ value: action.verb === 'delete' ? undefined : outcome.value })
}

async function triggerFunction(
  gateway: Gateway,
  given: Invocation,
  { integration, connection }: Found,
  action: Action,
  trace: Trace,
): Promise<Outcome<Output>> {
  const parsed = parseInput(action.input, given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const limit = action.timeout ?? TIME_LIMIT
  const clock = deadline(limit * 1000, given.signal)
  const { signal } = clock
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
      if (outcome.ok) return outcome.value.value
      const { failure } = outcome
      // Its pointers are into an input that this action made, and not its caller.
      if (failure.code !== 'action-input-invalid') throw new ActionEnded(failure)
      throw new ActionEnded(
        fail('action-failed', { detail: `The action "${name}" refused its input: ${failure.detail}` }).failure,
      )
    },
  })
  try {
    const output: unknown = await Promise.race([action.exec(nango, parsed.data), clock.past])
    return checkOutput(action, output)
  } catch (error) {
    if (clock.isPast())
      return fail('action-timeout', {
        detail: `The action took longer than ${limit} seconds; its requests were cancelled.`,
      })
    return { ok: false, failure: failureOf(error, gateway, integration.provider) }
  } finally {
    clock.release()
  }
}
