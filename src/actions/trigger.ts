import { beginCall, type Caller, type CallLog, createCallLog, logCall } from '../backends/index.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import { lookupProblem } from '../records/resolve.ts'
import { run } from '../records/run.ts'
import type { OpenedConnection } from '../store/index.ts'
import type { ActionServices } from './context/action-services.ts'
import { findAction, findVerb } from './registry.ts'
import { invalidInput, type Output, parseInput } from './result.ts'
import { runFunction } from './run-function.ts'
import type { VerbAction } from './verb-actions.ts'

export type { ActionServices } from './context/action-services.ts'

/** One invocation of an action, on behalf of a connection or of none. */
export interface Invocation {
  readonly environment: string
  readonly environmentName: string
  readonly integration: string
  /** Empty for an action that needs no connection. */
  readonly connection: string
  /** The one connection that it may be for, by its uuid, where another may have the same names by now. */
  readonly uuid?: string | undefined
  readonly name: string
  /** Whether the name stands for a verb of a mapping alone, and for no action function. */
  readonly isVerb?: boolean | undefined
  readonly input: unknown
  /** The idempotency key that a create is sent with, where the provider honours one. */
  readonly key?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** The span that provider requests belong to, where the caller traces. */
  readonly traceparent?: string | undefined
  /** Whether its requests wait for the account's turn however long that takes, as those of a run do. */
  readonly isPatient?: boolean | undefined
  /** The request that asked for it, for the log. */
  readonly requestId: string
  /** The log entry of the action that triggered this one. */
  readonly parent?: string | undefined
  /** The actions that triggered this one, the first of them first. */
  readonly under?: readonly string[]
  /** Where what the action sends is noted, if the caller looks at it afterwards. */
  readonly log?: CallLog | undefined
}

/** How many actions may trigger one another in a row. */
const MAX_DEPTH = 16

/** The integration of an invocation, and its connection where it names one. */
export interface Located {
  readonly integration: { readonly unique_key: string; readonly provider: string }
  readonly connection: OpenedConnection | undefined
}

/** Finds the integration of an invocation, and its connection where it names one. */
async function locate({ store }: ActionServices, given: Invocation): Promise<Outcome<Located>> {
  if (given.connection !== '') {
    const lookup = await store.lookup(given.environment, given.connection, given.integration || undefined)
    if (!('found' in lookup)) return lookupProblem(lookup)
    const { found } = lookup
    if (given.uuid !== undefined && found.uuid !== given.uuid) return fail('connection-not-found')
    return done({ integration: found.integration, connection: found })
  }
  const integration = await store.integrations.find(given.environment, given.integration)
  return integration ? done({ integration, connection: undefined }) : fail('integration-not-found')
}

/**
 * Runs an action by its name, an action function or a verb of a mapping, and logs it. The output is what the function
 * returned. Fails with what the function threw, the limit that it passed, or what the provider refused; never throws.
 */
export async function trigger(services: ActionServices, given: Invocation): Promise<Outcome<Output>> {
  const begun = beginCall(services.now())
  const log = given.log ?? createCallLog()
  const outcome = await runAction(services, given, begun.id, log)
  logCall(services.store.logs, services.now(), begun, {
    environment: given.environment,
    requestId: given.requestId,
    kind: 'action',
    name: given.name,
    parent: given.parent,
    failure: outcome.ok ? undefined : outcome.failure,
    log,
  })
  return outcome
}

/** `id` is that of the invocation's log entry. */
async function runAction(
  services: ActionServices,
  given: Invocation,
  id: string,
  log: CallLog,
): Promise<Outcome<Output>> {
  const found = await locate(services, given)
  if (!found.ok) return found
  const { integration, connection } = found.value
  const self = `${integration.unique_key}/${given.connection}/${given.name}`
  const under = given.under ?? []
  if (under.includes(self))
    return fail('action-failed', { detail: `The action "${given.name}" is under way above this one: a cycle.` })
  if (under.length >= MAX_DEPTH)
    return fail('action-failed', { detail: `More than ${MAX_DEPTH} actions stand under each other.` })
  const find = given.isVerb ? findVerb : findAction
  const runnable = await find(services.catalogue, integration.provider, given.name)
  if (!runnable) return fail('action-not-found', { provider: integration.provider })
  if (runnable.kind === 'verb') {
    if (!connection) return fail('connection-not-found')
    return triggerVerb(services, { ...given, integration: integration.unique_key }, runnable.action, log)
  }
  if (!connection && runnable.action.auth !== 'none') return fail('connection-not-found')
  log.connection = connection
  const inner = { ...given, under: [...under, self], parent: id, log }
  return runFunction(services, inner, { ...found.value, action: runnable.action, trigger })
}

const callerOf = (given: Invocation, log: CallLog): Caller => ({
  environment: given.environment,
  connectionId: given.connection,
  integrationKey: given.integration,
  uuid: given.uuid,
  signal: given.signal,
  traceparent: given.traceparent,
  isPatient: given.isPatient,
  log,
})

async function triggerVerb(
  services: ActionServices,
  given: Invocation,
  action: VerbAction,
  log: CallLog,
): Promise<Outcome<Output>> {
  const parsed = parseInput(action.input, given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const made = action.call(parsed.data)
  const call = made.verb === 'create' && given.key !== undefined ? { ...made, idempotencyKey: given.key } : made
  const outcome = await run(services, callerOf(given, log), action.model.name, call)
  if (!outcome.ok) return outcome
  return done('means' in outcome.value ? { value: undefined, means: outcome.value.means } : { value: outcome.value })
}
