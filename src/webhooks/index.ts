import type { Failure } from '../problem/index.ts'
import type { Clock } from '../services.ts'
import {
  type AuthFault,
  type LogEntry,
  reasonOf,
  type Store,
  type StoredToken,
  type WebhookEvent,
} from '../store/index.ts'
import { type AuthEvent, authBody } from './auth-event.ts'
import { deliveryEntry } from './delivery-entry.ts'
import { type RunEvent, runBody, runDeliveryId } from './run-event.ts'
import { isDelivered, type SendWebhook } from './send-webhook.ts'
import { type Json, sortedJson } from './sorted-json.ts'

export type { AuthEvent } from './auth-event.ts'
export { createDeliverer, type Deliverer } from './deliver.ts'
export type { RunEvent } from './run-event.ts'
export { createSendWebhook } from './send-webhook.ts'

/** Something that an environment may want to be told of. */
export interface Emitted {
  /** Id of the environment. */
  readonly environment: string
  readonly type: WebhookEvent
  /** The uuid of the connection that it is about, with which it is erased. */
  readonly connection?: string | undefined
  /** Where it is sent in place of the environment's `webhook_url`. */
  readonly webhook_url_override?: string | null | undefined
  readonly body: { readonly [name: string]: Json }
}
/** What came of a delivery that was made to try a receiver. */
export interface Tried {
  readonly delivered: boolean
  readonly status: number | undefined
  /** Why there was no answer. */
  readonly failure: Failure | undefined
  readonly ms: number
}

/** Tells environments what happened. Nothing here waits for a receiver, but `test`. */
export interface Webhooks {
  /**
   * Stores a webhook for its environment, if that wants it; it is delivered beside the request. It never rejects: a
   * storage that fails is a line of the log.
   */
  emit(emitted: Emitted): Promise<void>
  /** Tells that a connection was made, its credentials were replaced, or its token was refreshed or refused. */
  auth(event: AuthEvent): Promise<void>
  /** Tells of a refresh that was refused for the first time, and of the next one that was not. */
  refreshed(before: StoredToken, fault: AuthFault | undefined): Promise<void>
  /** Tells that a run has ended. It rejects where the storage fails, so that whoever tells may do so again. */
  runEnded(event: RunEvent): Promise<void>
  /** Sends one webhook to the environment's `webhook_url` now; undefined where it has none. */
  test(environment: string): Promise<Tried | undefined>
}

export interface WebhooksOptions {
  readonly store: Pick<Store, 'outbox' | 'environments' | 'connections' | 'webhookKeys'>
  readonly send: SendWebhook
  readonly now: Clock
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
  /** Takes the entry of a `test` for `GET /logs`. */
  readonly note: (entry: LogEntry) => void
  /** Is told that there is something to deliver. */
  readonly added: () => void
}

/** Characters that a body may have: Standard Webhooks advises 20 kB, and ours have less. */
const LONGEST = 65_536
/** Environments whose names are remembered at most; a name never changes. */
const NAMES = 1_000
/** Milliseconds between two lines of the log that say that an environment has too many waiting. */
const SAID_AGAIN = 60_000

/** An id that every attempt of a delivery carries. It has no dot, which would end it in what is signed. */
const makeId = (): string => `msg_${crypto.randomUUID().replaceAll('-', '')}`

/**
 * Makes the webhooks of a process.
 *
 * @example
 * await webhooks.auth({ environment, connection, authMode: 'OAUTH2', operation: 'creation', success: true })
 */
export function createWebhooks({ store, send, now, log, note, added }: WebhooksOptions): Webhooks {
  const names = new Map<string, string>()
  let said = Number.NEGATIVE_INFINITY

  async function nameOf(environment: string): Promise<string> {
    const known = names.get(environment)
    if (known !== undefined) return known
    const name = (await store.environments.find(environment))?.name ?? ''
    const [oldest] = names.keys()
    if (names.size >= NAMES && oldest !== undefined) names.delete(oldest)
    names.set(environment, name)
    return name
  }
  /** Runs what must not fail its caller. */
  async function quietly(environment: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      log({ level: 'error', task: 'webhooks', environment, ...reasonOf(error), lost: 1 })
    }
  }
  async function keep(
    { environment, type, connection = '', webhook_url_override, body }: Emitted,
    id = makeId(),
  ): Promise<void> {
    const text = sortedJson(body)
    if (text.length > LONGEST) throw new Error('The body of a webhook is too large.')
    const url = webhook_url_override ?? undefined
    const kept = await store.outbox.add({ id, environment, connection, type, body: text, url })
    if (kept === 'kept') added()
    if (kept !== 'full' || now() - said < SAID_AGAIN) return
    said = now()
    log({ level: 'warn', task: 'webhooks', environment, full: true })
  }
  const auth = (event: AuthEvent): Promise<void> =>
    quietly(event.environment, async () => {
      const { environment, connection } = event
      await keep({
        environment,
        type: 'auth',
        connection: connection.uuid,
        webhook_url_override: connection.webhook_url_override,
        body: authBody(event, await nameOf(environment)),
      })
    })

  return {
    auth,
    async runEnded({ run, webhook_url_override, shown }) {
      const { environment, connection } = run
      const body = runBody(run, shown)
      await keep({ environment, type: 'async_action', connection, webhook_url_override, body }, runDeliveryId(run.id))
    },
    emit: emitted => quietly(emitted.environment, () => keep(emitted)),
    async refreshed({ connection, bound, fault: before }, fault) {
      const wasTold = before?.refused === true
      const success = fault === undefined
      // What failed on the way says nothing of the sign-in.
      if (success ? !wasTold : wasTold || fault.kind !== 'refused') return
      const environment = bound.environment_id
      await quietly(environment, async () => {
        const { connection_id, integration, credentials } = connection
        const answer = await store.connections.find(environment, connection_id, integration.unique_key)
        if (!('found' in answer)) return
        await auth({
          environment,
          connection: answer.found,
          authMode: credentials.type,
          operation: 'refresh',
          success,
          ...(fault && {
            error: {
              type: 'connection-needs-reconnect',
              description: `The provider did not refresh the connection's token (${fault.code}).`,
            },
          }),
        })
      })
    },
    async test(environment) {
      const found = await store.environments.find(environment)
      if (!found?.webhook_url) return undefined
      const keys = (await store.webhookKeys.inForce(environment)).map(({ key }) => key)
      // From whom `auth` is, too: receivers take what is from anybody else for the webhook of a provider.
      const body = sortedJson({ from: 'nango', type: 'test', environment: found.name })
      const id = makeId()
      const message = { body, url: found.webhook_url }
      const answered = await send({ ...message, id, environment, keys })
      const { status, failure, ms } = answered
      const about = { connection: '', connection_id: undefined, integration: undefined, provider: undefined }
      note(
        deliveryEntry(
          { ...answered, delivery: { ...about, id, environment, type: 'test', attempts: 0, message } },
          now(),
        ),
      )
      return { delivered: isDelivered(status), status, failure, ms }
    },
  }
}
