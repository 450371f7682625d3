import type { Action } from 'nango'
import { type CallContext, type CallLog, createCallLog, hadEffect } from '../backends/index.ts'
import type { Catalogue } from '../mapping/catalogue.ts'
import { fail, type Outcome } from '../problem/index.ts'
import { type Deadline, deadline } from '../provider/deadline.ts'
import { createPending, type Pending } from '../records/pending.ts'
import type { ActionServices } from './context/action-services.ts'
import { ActionEnded } from './context/ended.ts'
import { type ContextOptions, nangoContext } from './context/nango-context.ts'
import { findAction } from './registry.ts'
import { checkOutput, failureOf, invalidInput, type Output, parseInput } from './result.ts'
import type { Invocation, Located } from './trigger.ts'

/** Seconds that an action may take unless it says otherwise. */
const TIME_LIMIT = 60
/** Milliseconds that the cancelled requests of an action have to end; they end at once unless the sender is stuck. */
const CANCEL_MS = 1_000

/** Milliseconds that an action of a provider can take until it has ended; 0 where it is no action function. */
export async function longestRun(catalogue: Catalogue, provider: string, name: string): Promise<number> {
  const found = await findAction(catalogue, provider, name)
  return found?.kind === 'function' ? (found.action.timeout ?? TIME_LIMIT) * 1000 + 2 * CANCEL_MS : 0
}

interface Run extends Located {
  readonly action: Action
  /** Runs another action. */
  readonly trigger: (services: ActionServices, given: Invocation) => Promise<Outcome<Output>>
}

/** Makes what an action function triggers other actions with. */
const triggerOf = (
  services: ActionServices,
  given: Invocation & { readonly log: CallLog; readonly signal: AbortSignal },
  trigger: Run['trigger'],
): ContextOptions['trigger'] =>
  async function triggerAction({ integration, connection, name, input }) {
    const log = createCallLog()
    const outcome = await trigger(services, {
      ...given,
      // It may be for another connection, and its create is another one.
      uuid: undefined,
      isVerb: undefined,
      key: undefined,
      integration,
      connection,
      name,
      input,
      log,
    })
    if (hadEffect(log)) given.log.effectBelow = true
    if (outcome.ok) return outcome.value.value
    const { failure } = outcome
    // Its pointers are into an input that this action made: they would tell the caller nothing.
    if (failure.code !== 'action-input-invalid') throw new ActionEnded(failure)
    throw new ActionEnded(
      fail('action-failed', { detail: `The action "${name}" refused its input: ${failure.detail}` }).failure,
    )
  }

/**
 * Runs an action function within its time. What it has under way when it returns is waited for; what it has under way
 * when it fails is cancelled. After it has ended it can send nothing more.
 */
export async function runFunction(
  services: ActionServices,
  given: Invocation & { readonly log: CallLog },
  { integration, connection, action, trigger }: Run,
): Promise<Outcome<Output>> {
  const parsed = parseInput(action.input, given.input)
  if (!parsed.success) return invalidInput(parsed.error.issues)
  const limit = action.timeout ?? TIME_LIMIT
  const provider = await services.catalogue.provider(integration.provider)
  const clock = deadline(limit * 1000, given.signal)
  const pending = createPending()
  const { signal } = clock
  const { environment, environmentName, traceparent, isPatient, log } = given
  const call: CallContext | undefined = connection && {
    environment,
    connection,
    provider,
    signal,
    traceparent,
    isPatient,
    log,
  }
  const nango = nangoContext(services, {
    call,
    environment,
    environmentName,
    integration,
    id: given.parent ?? '',
    pending,
    trigger: triggerOf(services, { ...given, signal }, trigger),
  })
  try {
    const output: unknown = await Promise.race([action.exec(nango, parsed.data), clock.past])
    await Promise.race([pending.settled(), clock.past])
    return checkOutput(action, output)
  } catch (error) {
    const isPast = clock.isPast()
    await cancel(clock, pending)
    if (isPast)
      return fail('action-timeout', {
        detail: `The action took longer than ${limit} seconds; its requests were cancelled.`,
      })
    return { ok: false, failure: failureOf(error, services, integration.provider) }
  } finally {
    pending.close()
    clock.release()
  }
}

/** Ends what an action has under way, so that it is known what had an effect. */
async function cancel(clock: Deadline, pending: Pending): Promise<void> {
  pending.close()
  clock.abort()
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, CANCEL_MS)
  await Promise.race([pending.settled(), late])
  clearTimeout(timer)
}
