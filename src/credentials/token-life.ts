import type { ProviderFile } from '../mapping/schema/index.ts'
import { type Code, done, type Failure, fail, type Outcome, problems } from '../problem/index.ts'
import type { ProviderClient } from '../provider/client.ts'
import type { Clock } from '../services.ts'
import {
  type AuthFault,
  type Credentials,
  type Logs,
  type OpenedConnection,
  reasonOf,
  type StoredToken,
  type TokenStore,
  tokenOf,
} from '../store/index.ts'
import { logId } from '../store/log-entry.ts'
import { askToken, canRenew } from './token-endpoint.ts'

/** Milliseconds before a token's end at which it is refreshed: what a call may take that has just begun with it. */
const EARLY_MS = 60_000
/** The part of its life at whose end a token is refreshed, where that is less: one of 30 seconds is still used. */
const EARLY_PART = 0.2
/** Milliseconds after a refresh in which a provider's 401 is no reason for another one: it would be refused, too. */
const FRESH_MS = 60_000
/** Milliseconds that a refresh is waited for which somebody else is making, beyond the time of its request. */
const CLAIM_MORE_MS = 5_000
/** Milliseconds between two looks at a refresh that somebody else is making. */
const LOOK_MS = 100
/** Milliseconds after a failed refresh in which no other is tried; twice as long after each further one. */
const FIRST_REST_MS = { refused: 60_000, failed: 2_000 } as const
const LONGEST_REST_MS = { refused: 3_600_000, failed: 60_000 } as const
/** How often the new token is stored at most, as the old one may not work any more, and the pause between. */
const STORE_TRIES = 5
const STORE_PAUSE_MS = 500

export interface TokenLifeOptions {
  readonly store: TokenStore
  readonly client: ProviderClient
  /** The file of a provider, by its id. */
  readonly providerOf: (id: string) => ProviderFile | Promise<ProviderFile>
  readonly now: Clock
  /** Milliseconds that a request to a token endpoint may take. */
  readonly timeout: number
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
  /** Where each request leaves an entry, which a connection whose token was not refreshed names. */
  readonly logs?: Pick<Logs, 'add'> | undefined
  /** Told what came of each request: the connection, and why there is no token. */
  readonly renewed?: (row: StoredToken, fault: AuthFault | undefined) => Promise<void>
  readonly sleep?: (ms: number) => Promise<void>
}

/** Which connection is to have another token than the one that it had; plain data, as it may go to another process. */
export interface Wanted {
  /** Id of the environment. */
  readonly environment: string
  /** The connection's uuid, and its id beside the key of its integration. */
  readonly uuid: string
  readonly connectionId: string
  readonly integrationKey: string
  /** The provider's id. */
  readonly provider: string
  /** The token that it had. */
  readonly stale: string | undefined
  /** Whether it is tried although the provider refused a moment ago: somebody asked for it by hand. */
  readonly force?: boolean | undefined
}

/** Gives a connection another token than the one that it had, stored before it is answered. */
export type RenewToken = (wanted: Wanted) => Promise<Outcome<Credentials>>

/** Another token for a connection than the one that it has. */
export const wantedOf = (
  environment: string,
  { uuid, connection_id, integration, credentials }: OpenedConnection,
): Wanted => ({
  environment,
  uuid,
  connectionId: connection_id,
  integrationKey: integration.unique_key,
  provider: integration.provider,
  stale: tokenOf(credentials)?.token,
})

const msOf = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time))

/** Whether credentials have no token yet, or one that is about to end. */
export function isDue(credentials: Credentials, now: number): boolean {
  const known = tokenOf(credentials)
  if (!known) return false
  if (known.token === undefined) return true
  const [ends, made] = [msOf(known.expires_at), msOf(known.renewed_at)]
  if (ends === undefined) return false
  return ends - Math.min(EARLY_MS, made === undefined ? EARLY_MS : (ends - made) * EARLY_PART) <= now
}
/** Whether credentials have no token that still lasts. */
export function isOver(credentials: Credentials, now: number): boolean {
  const known = tokenOf(credentials)
  const ends = msOf(known?.expires_at)
  return known !== undefined && (known.token === undefined || (ends !== undefined && ends <= now))
}
/** Whether the token was made a moment ago, so that a provider that does not accept it would accept no other. */
export function isFresh(credentials: Credentials, now: number): boolean {
  const made = msOf(tokenOf(credentials)?.renewed_at)
  return made !== undefined && now - made < FRESH_MS
}

/** The problem of a connection whose refresh was refused. */
const needsReconnect = (provider: string, { code }: Pick<AuthFault, 'code'>): { ok: false; failure: Failure } =>
  fail('connection-needs-reconnect', {
    provider,
    detail: `The provider did not refresh the connection's token (${code}): let the customer sign in again.`,
    upstream: { code },
  })
const notNow = (provider: string, retry_after: number): { ok: false; failure: Failure } =>
  fail('provider-unreachable', {
    provider,
    detail: 'The provider’s token endpoint did not answer, so the connection’s token could not be refreshed.',
    retry_after,
    unsent: true,
  })

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/**
 * Makes the function that gives a connection another token: one request at a time for each connection, in this process
 * and, by a claim in the storage, beside others. The new token is stored before it is answered. A refusal is kept with
 * the connection and is the answer until its rest is over.
 */
export function createRenew(options: TokenLifeOptions): RenewToken {
  const { store, client, providerOf, now, timeout, log, logs, renewed, sleep = pause } = options
  const underWay = new Map<string, Promise<Outcome<Credentials>>>()

  /** Stores what came of the request. The old refresh token may be used up, so this is tried again. */
  async function persist(uuid: string, act: () => Promise<void>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await act()
        return true
      } catch (error) {
        if (attempt >= STORE_TRIES) {
          log({ level: 'error', task: 'token', connection: uuid, ...reasonOf(error), lost: 'new token' })
          return false
        }
        await sleep(STORE_PAUSE_MS)
      }
    }
  }

  /** Notes a request in the log, and the problem that came of it; answers the entry's id. Many calls may have waited for it. */
  function note({ connection, bound }: StoredToken, started: number, code?: Code): string {
    const id = logId(started)
    const ms = now() - started
    logs?.add([
      {
        id,
        environment: bound.environment_id,
        at: new Date(started).toISOString(),
        kind: 'token',
        request_id: id,
        name: 'refresh-token',
        provider: connection.integration.provider,
        integration: connection.integration.unique_key,
        connection: connection.uuid,
        connection_id: connection.connection_id,
        status: code ? problems[code].status : 200,
        code,
        ms,
        provider_ms: ms,
      },
    ])
    return id
  }

  /** With the claim: asks for a token and stores what came of it. */
  async function exchange(row: StoredToken, holder: string): Promise<Outcome<Credentials>> {
    const { connection, fault: before } = row
    const { uuid, integration } = connection
    const provider = await providerOf(integration.provider)
    if (!canRenew(connection, provider)) {
      await store.release(uuid, holder)
      return needsReconnect(integration.provider, { code: 'no_refresh_token' })
    }
    const started = now()
    const answer = await askToken({ connection, environment: row.bound.environment_id }, provider, {
      client,
      now,
      timeout,
    })
    if ('token' in answer) {
      // What else the answer says is kept at sign-in alone: a host that changes later would be sent the credentials.
      const { captured: _, ...token } = answer.token
      const renewed_at = new Date(now()).toISOString()
      const isStored = await persist(uuid, () => store.save(row, holder, { ...token, renewed_at }))
      const saved = isStored ? await store.read(uuid) : undefined
      note(row, started, saved ? undefined : 'connection-needs-reconnect')
      if (saved && before) await renewed?.(row, undefined)
      return saved
        ? done(saved.connection.credentials)
        : needsReconnect(integration.provider, { code: 'token_not_stored' })
    }
    const kind = 'refused' in answer ? 'refused' : 'failed'
    const attempts = before?.kind === kind ? before.attempts + 1 : 1
    const rest = Math.min(LONGEST_REST_MS[kind], FIRST_REST_MS[kind] * 2 ** Math.min(attempts - 1, 20))
    const code = 'refused' in answer ? answer.refused : answer.failed
    const log_id = note(row, started, kind === 'refused' ? 'connection-needs-reconnect' : 'provider-unreachable')
    const refused = kind === 'refused' || before?.refused === true
    const fault: AuthFault = { kind, code, attempts, at: now(), until: now() + rest, log_id, refused }
    await persist(uuid, () => store.fail(uuid, holder, fault))
    await renewed?.(row, fault)
    return kind === 'refused'
      ? needsReconnect(integration.provider, fault)
      : notNow(integration.provider, Math.ceil(rest / 1000))
  }

  async function renew({ uuid, provider, stale, force }: Wanted): Promise<Outcome<Credentials>> {
    const holder = crypto.randomUUID()
    const until = now() + timeout + CLAIM_MORE_MS
    const answered = ({ connection, fault }: StoredToken): Outcome<Credentials> | undefined => {
      // Somebody else was here first.
      const { credentials } = connection
      if (tokenOf(credentials)?.token !== stale && !isOver(credentials, now())) return done(credentials)
      if (!fault || fault.until <= now() || force) return undefined
      return fault.kind === 'refused'
        ? needsReconnect(provider, fault)
        : notNow(provider, Math.ceil((fault.until - now()) / 1000))
    }
    for (;;) {
      const row = await store.read(uuid)
      if (!row) return fail('connection-not-found')
      const known = answered(row)
      if (known) return known
      const claimed = await store.claim(uuid, holder, timeout + CLAIM_MORE_MS)
      if (claimed) {
        const meanwhile = answered(claimed)
        if (!meanwhile) return exchange(claimed, holder)
        await store.release(uuid, holder)
        return meanwhile
      }
      if (now() > until) return notNow(provider, 1)
      await sleep(LOOK_MS)
    }
  }

  return function renewOnce(wanted: Wanted): Promise<Outcome<Credentials>> {
    const shared = underWay.get(wanted.uuid)
    if (shared) return shared
    const promise = renew(wanted).finally(() => underWay.delete(wanted.uuid))
    underWay.set(wanted.uuid, promise)
    return promise
  }
}
