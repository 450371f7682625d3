import { Buffer } from 'node:buffer'
import { aad, type Seal } from './aad.ts'
import { readTextOrNull } from './columns.ts'
import { type SqlDriver, sql } from './sql.ts'

/** A key that webhooks of an environment are signed with. */
export interface WebhookKey {
  /** `whsec_` and 32 bytes in base64, as Standard Webhooks has it. */
  readonly key: string
  /** RFC 3339: until when it signs beside the newest one; missing for that one. */
  readonly until?: string | undefined
}
export interface WebhookKeys {
  /** The keys in force, the newest first; makes the first one. None where there is no such environment. */
  inForce(environment: string): Promise<readonly WebhookKey[]>
  /** Puts a new key before the others, which go on signing for a day. Answers the keys that are in force then. */
  rotate(environment: string): Promise<readonly WebhookKey[]>
}

/** Milliseconds for which a former key goes on signing. */
const BESIDE = 86_400_000
/** Keys that sign at once at most, since each adds to a header of every delivery; beyond, the oldest end early. */
const AT_ONCE = 5
/** Times that a change is begun anew which somebody else was faster with. */
const TRIES = 10

/** A new key. */
const makeKey = (): string => `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`

/** Makes `store.webhookKeys` over a driver: keys are sealed. `now` is in milliseconds since 1970. */
export function webhookKeysOn(driver: SqlDriver, seal: Seal, now: () => number): WebhookKeys {
  const isInForce = ({ until }: WebhookKey) => until === undefined || Date.parse(until) > now()

  /** The sealed keys of an environment; undefined where there is no such environment. */
  async function read(environment: string): Promise<{ sealed: string | null; keys: WebhookKey[] } | undefined> {
    const [rows = []] = await driver.batch([sql('SELECT webhook_keys FROM environments WHERE id = ?', environment)])
    if (!rows[0]) return undefined
    const sealed = readTextOrNull(rows[0], 'webhook_keys')
    const keys: WebhookKey[] = sealed === null ? [] : JSON.parse(await seal.open(sealed, aad.webhookKeys(environment)))
    return { sealed, keys: keys.filter(isInForce) }
  }
  /** Puts keys in the place of those that were read, unless somebody else did in the meantime. */
  async function write(environment: string, before: string | null, keys: readonly WebhookKey[]): Promise<boolean> {
    const sealed = await seal.seal(JSON.stringify(keys), aad.webhookKeys(environment))
    const [rows = []] = await driver.batch([
      sql(
        'UPDATE environments SET webhook_keys = ? WHERE id = ? AND webhook_keys IS ? RETURNING 1',
        sealed,
        environment,
        before,
      ),
    ])
    return rows.length > 0
  }
  async function change(
    environment: string,
    wanted: (keys: readonly WebhookKey[]) => readonly WebhookKey[],
  ): Promise<readonly WebhookKey[]> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const found = await read(environment)
      if (!found) return []
      const keys = wanted(found.keys)
      if (keys === found.keys || (await write(environment, found.sealed, keys))) return keys
    }
    throw new Error('The webhook keys of an environment were changed by others again and again.')
  }

  return {
    inForce: environment => change(environment, keys => (keys.length > 0 ? keys : [{ key: makeKey() }])),
    rotate(environment) {
      const made = { key: makeKey() }
      const until = new Date(now() + BESIDE).toISOString()
      return change(environment, keys => [
        made,
        ...keys.slice(0, AT_ONCE - 1).map(({ key, until: known }) => ({ key, until: known ?? until })),
      ])
    },
  }
}
