import { readNumber } from './columns.ts'
import { RecentlyUsed } from './recently-used.ts'
import { type SqlDriver, sql } from './sql.ts'

/** How much an environment may keep. Not exact to the byte: what several processes store at once may pass it a little. */
export interface Quota {
  /** Whether an environment keeps as much as it may; where not, counts the bytes that are to be added. At once where that was asked lately. */
  isFull(environment: string, adding?: number): boolean | Promise<boolean>
  /** Counts what was stored, until the sum is read again. */
  stored(environment: string, bytes: number): void
}

/** Milliseconds for which a sum is believed, while there is room; where there is none, something may have been erased. */
const ROOM_AGE = 60_000
const FULL_AGE = 2_000
/** Tables whose rows count, by their column `bytes` and its index. */
const COUNTED = [
  'connections',
  'integrations',
  'environment_variables',
  'api_keys',
  'idempotent_parts',
  'connect_sessions',
  'sign_ins',
  'run_parts',
]
const SUM = `SELECT ${COUNTED.map(
  table => `coalesce((SELECT sum(bytes) FROM ${table} WHERE environment_id = ?), 0)`,
).join(' + ')} AS bytes`

/** Makes the quota of all environments over a driver; `limit` is in bytes, 0 for none, `now` in milliseconds since 1970. */
export function quotaOn(driver: SqlDriver, limit: number, now: () => number): Quota {
  const sums = new RecentlyUsed<{ bytes: number; readonly at: number }>({ entries: 10_000, bytes: 16 * 1024 * 1024 })

  async function sum(environment: string, adding: number): Promise<boolean> {
    const at = now()
    const [[row] = []] = await driver.batch([sql(SUM, ...COUNTED.map(() => environment))])
    const bytes = row ? readNumber(row, 'bytes') : 0
    sums.set(environment, { bytes: bytes >= limit ? bytes : bytes + adding, at })
    return bytes >= limit
  }
  return {
    isFull(environment, adding = 0) {
      if (limit === 0) return false
      const known = sums.get(environment)
      const isFull = known !== undefined && known.bytes >= limit
      if (!known || now() - known.at >= (isFull ? FULL_AGE : ROOM_AGE)) return sum(environment, adding)
      if (!isFull) known.bytes += adding
      return isFull
    },
    stored(environment, bytes) {
      const known = sums.get(environment)
      if (known) known.bytes += bytes
    },
  }
}
