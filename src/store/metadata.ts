import type { Cache } from './cache.ts'
import { readJsonOrNull, readNumber, readText } from './columns.ts'
import { mergeInSql, removalsOf } from './merge-in-sql.ts'
import type { Quota } from './quota.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

export interface MetadataChange {
  readonly ids: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
  /** `merge`: members that are not named stay. */
  readonly how: 'replace' | 'merge'
}

/** Bytes that a connection's metadata may have as JSON. A row of D1 holds no more than 2 MB in all. */
export const METADATA_LIMIT = 524_288
/**
 * Bytes of metadata that one change may write, of all connections that it names: they are written in one transaction,
 * for which everybody else waits (measured: about 100 ms for these on SQLite).
 */
export const CHANGE_LIMIT = 16_777_216
/** Bytes of a text in UTF-8. */
const bytesOf = (text: string): number => new TextEncoder().encode(text).length
/** Whether a text has more bytes of UTF-8 than a limit. */
export const tooLarge = (text: string, limit: number): boolean => bytesOf(text) > limit

/** How often a merge that SQL cannot do is tried, where others write at the same time. */
const ATTEMPTS = 10
/** Milliseconds, at most, to wait before the second try; it doubles with each, up to the longest. */
const FIRST_WAIT = 10
const LONGEST_WAIT = 320

export type MetadataOutcome =
  | { readonly set: true }
  | { readonly missing: 'integration' }
  | { readonly missing: 'connection'; readonly ids: readonly string[] }
  | { readonly tooLarge: string }
  /** Together, the metadata of these connections is more than one change may write. */
  | { readonly tooMuch: true }
  /** The environment keeps as much as it may. */
  | { readonly full: true }
  | { readonly busy: true }

/** A connection whose metadata is to be changed, without that metadata. */
interface Target {
  readonly id: number
  readonly connectionId: string
  readonly bytes: number
}
/** The connections that others changed, or erased, in the meantime: they are read and changed again. */
interface Written {
  readonly left: readonly string[]
}
interface Options {
  readonly driver: SqlDriver
  readonly cache: Cache
  readonly quota: Quota
  /** The present as RFC 3339. */
  readonly time: () => string
}

/** Makes `store.connections.setMetadata` over a driver. */
export function metadataOn({ driver, cache, quota, time }: Options) {
  return async (environment: string, integration: string, change: MetadataChange): Promise<MetadataOutcome> => {
    let open: readonly string[] = [...new Set(change.ids)]
    const text = JSON.stringify(change.metadata)
    const size = bytesOf(text)
    if (size > METADATA_LIMIT) return { tooLarge: open[0]! }
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { known, targets } = await find(environment, integration, open)
        if (!known) return { missing: 'integration' }
        const found = new Set(targets.map(target => target.connectionId))
        const missing = open.filter(id => !found.has(id))
        if (missing.length > 0) return { missing: 'connection', ids: missing }
        const before = targets.reduce((sum, target) => sum + target.bytes, 0)
        const after = (change.how === 'merge' ? before : 0) + size * targets.length
        if (after > CHANGE_LIMIT) return { tooMuch: true }
        if (after > before && (await quota.isFull(environment))) return { full: true }
        const outcome =
          change.how === 'merge'
            ? await merge(targets, { metadata: change.metadata, text, size })
            : await replace(targets, text)
        if ('tooLarge' in outcome) return outcome
        quota.stored(environment, after - before)
        open = outcome.left
        if (open.length === 0) return { set: true }
        await pause(attempt)
      }
      return { busy: true }
    } finally {
      for (const id of change.ids) cache.forgetConnection(environment, id, integration)
    }
  }

  async function find(environment: string, integration: string, ids: readonly string[]) {
    const [integrations = [], rows = []] = await driver.batch([
      sql('SELECT 1 FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, integration),
      sql(
        `SELECT c.id, c.connection_id, coalesce(octet_length(c.metadata), 0) AS bytes FROM connections c
         JOIN integrations i ON i.id = c.integration_id
         WHERE c.environment_id = ? AND i.unique_key = ? AND c.connection_id IN (SELECT value FROM json_each(?))`,
        environment,
        integration,
        JSON.stringify(ids),
      ),
    ])
    return {
      known: integrations.length > 0,
      targets: rows.map(
        (row): Target => ({
          id: readNumber(row, 'id'),
          connectionId: readText(row, 'connection_id'),
          bytes: readNumber(row, 'bytes'),
        }),
      ),
    }
  }

  /** Carries out statements of which the last answers a row for each connection, or none where one of them was gone. */
  async function change(statements: readonly Statement[], targets: readonly Target[]): Promise<Written> {
    const answers = await driver.batch(statements)
    return { left: answers.at(-1)?.length === targets.length ? [] : targets.map(target => target.connectionId) }
  }

  function replace(targets: readonly Target[], text: string): Promise<Written> {
    const ids = JSON.stringify(targets.map(target => target.id))
    return change(
      [
        sql(
          `UPDATE connections SET metadata = ?, updated_at = ?, revision = revision + 1
           WHERE id IN (SELECT value FROM json_each(?))
             AND (SELECT count(*) FROM connections WHERE id IN (SELECT value FROM json_each(?))) = ? RETURNING 1`,
          text,
          time(),
          ids,
          ids,
          targets.length,
        ),
      ],
      targets,
    )
  }

  /** Merges in one batch, so that merges at the same time all succeed; where SQL cannot, reads first. */
  async function merge(
    targets: readonly Target[],
    { metadata, text, size }: Pick<MetadataChange, 'metadata'> & { text: string; size: number },
  ): Promise<Written | { tooLarge: string }> {
    const removals = removalsOf(Object.keys(metadata))
    const surelyFits = targets.every(target => target.bytes + size <= METADATA_LIMIT)
    if (removals && surelyFits) {
      const ids = targets.map(target => target.id)
      return change(mergeInSql({ ids, removals, text, room: METADATA_LIMIT - size, time: time() }), targets)
    }
    return mergeByReading(targets, metadata)
  }

  async function mergeByReading(
    targets: readonly Target[],
    metadata: MetadataChange['metadata'],
  ): Promise<Written | { tooLarge: string }> {
    const [rows = []] = await driver.batch([
      sql(
        'SELECT id, connection_id, metadata, revision FROM connections WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(targets.map(target => target.id)),
      ),
    ])
    const next = rows.map(row => ({ row, text: merged(row, metadata) }))
    const large = next.find(({ text }) => tooLarge(text, METADATA_LIMIT))
    if (large) return { tooLarge: readText(large.row, 'connection_id') }
    const answers = await driver.batch(
      next.map(({ row, text }) =>
        sql(
          `UPDATE connections SET metadata = ?, updated_at = ?, revision = revision + 1
           WHERE id = ? AND revision = ? RETURNING 1`,
          text,
          time(),
          readNumber(row, 'id'),
          readNumber(row, 'revision'),
        ),
      ),
    )
    const written = new Set(next.flatMap(({ row }, i) => (answers[i]?.length ? [readText(row, 'connection_id')] : [])))
    return { left: targets.map(target => target.connectionId).filter(id => !written.has(id)) }
  }
}

const merged = (row: Row, metadata: MetadataChange['metadata']): string =>
  JSON.stringify({ ...readJsonOrNull<Record<string, unknown>>(row, 'metadata'), ...metadata })

/** Waits for a random part of a time that grows, so that those who collided do not collide again. */
const pause = (attempt: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(FIRST_WAIT * 2 ** attempt, LONGEST_WAIT)))
