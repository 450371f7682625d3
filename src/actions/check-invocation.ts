import { done, fail, type Outcome } from '../problem/index.ts'
import { lookupProblem } from '../records/resolve.ts'
import type { Store } from '../store/index.ts'
import type { ActionServices } from './context/action-services.ts'
import { findAction, findVerb } from './registry.ts'
import { isRepeatable } from './repeatable.ts'
import { invalidInput, parseInput } from './result.ts'
import type { Invocation } from './trigger.ts'

/** An invocation that can be accepted now and carried out later. */
export interface Checked {
  /** The connection's uuid, or the integration's id for an action that needs no connection. */
  readonly subject: string
  readonly integration: string
  readonly provider: string
  /** Whether it may be carried out again when nobody knows how far it came. */
  readonly repeatable: boolean
}

/** What checking needs of the process, besides what carrying out does. */
export interface CheckServices extends ActionServices {
  readonly store: ActionServices['store'] & {
    readonly integrations: Pick<Store['integrations'], 'find' | 'subject'>
  }
}
type Asked = Pick<Invocation, 'environment' | 'integration' | 'connection' | 'name' | 'isVerb' | 'input'> & {
  /** Whether the input has been checked already. */
  readonly isChecked?: boolean
}

/** Whom an invocation is for: a connection, or an integration where it names none. */
async function subjectOf({ store }: CheckServices, { environment, integration, connection }: Asked) {
  if (connection === '') {
    const found = await store.integrations.subject(environment, integration)
    return found
      ? done({ subject: found.id, integration, provider: found.provider, isConnected: false })
      : fail('integration-not-found')
  }
  const lookup = await store.lookup(environment, connection, integration || undefined)
  if (!('found' in lookup)) return lookupProblem(lookup)
  const { uuid, integration: found } = lookup.found
  return done({ subject: uuid, integration: found.unique_key, provider: found.provider, isConnected: true })
}

/** Checks what can be known of an invocation before it is carried out: who, which action, and its input. */
export async function checkInvocation(services: CheckServices, asked: Asked): Promise<Outcome<Checked>> {
  const found = await subjectOf(services, asked)
  if (!found.ok) return found
  const { isConnected, ...checked } = found.value
  const { name, isVerb = false, input } = asked
  const runnable = await (isVerb ? findVerb : findAction)(services.catalogue, checked.provider, name)
  if (!runnable) return fail(isVerb ? 'unsupported-verb' : 'action-not-found', { provider: checked.provider })
  const needsNone = runnable.kind === 'function' && runnable.action.auth === 'none'
  if (!isConnected && !needsNone) return fail('connection-not-found')
  if (!asked.isChecked) {
    const parsed = parseInput(runnable.action.input, input)
    if (!parsed.success) return invalidInput(parsed.error.issues)
  }
  return done({ ...checked, repeatable: await isRepeatable(services.catalogue, checked.provider, { name, isVerb }) })
}
