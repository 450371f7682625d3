import type { Cache } from './cache.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

export interface MetadataChange {
  readonly ids: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
  /** `merge`: members that are not named stay. */
  readonly how: 'replace' | 'merge'
}

/** Bytes of one connection's metadata as JSON. A row of D1 holds no more than 1 MB in all. */
export const METADATA_LIMIT = 524_288
export const tooLarge = (text: string, limit: number): boolean => new TextEncoder().encode(text).length > limit

/** Times that a merge starts again because somebody else wrote meanwhile. */
const ATTEMPTS = 10

type Outcome =
  | { readonly set: true }
  | { readonly missing: 'integration' }
  | { readonly missing: 'connection'; readonly ids: readonly string[] }
  | { readonly tooLarge: string }
  | { readonly busy: true }

/** `store.connections.setMetadata`. */
export function metadataOn(driver: SqlDriver, cache: Cache, time: () => string) {
  return async (environment: string, integration: string, { ids, metadata, how }: MetadataChange): Promise<Outcome> => {
    let open: readonly string[] = [...new Set(ids)]
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { known, rows } = await read(environment, integration, open)
        if (!known) return { missing: 'integration' }
        const found = new Set(rows.map(row => row.connection_id as string))
        const missing = open.filter(id => !found.has(id))
        if (missing.length > 0) return { missing: 'connection', ids: missing }

        const next = rows.map(row => ({ row, text: written(row, metadata, how) }))
        const large = next.find(({ text }) => tooLarge(text, METADATA_LIMIT))
        if (large) return { tooLarge: large.row.connection_id as string }
        const answers = await driver.batch(next.map(({ row, text }) => write(row, text, how)))
        // Whose row was changed between reading and writing is merged again.
        open = next.flatMap(({ row }, index) => (answers[index]?.length ? [] : [row.connection_id as string]))
        if (open.length === 0) return { set: true }
      }
      return { busy: true }
    } finally {
      for (const id of ids) cache.forgetConnection(environment, id, integration)
    }
  }

  async function read(environment: string, integration: string, ids: readonly string[]) {
    const [integrations = [], rows = []] = await driver.batch([
      sql('SELECT 1 FROM integrations WHERE environment_id = ? AND unique_key = ?', environment, integration),
      sql(
        `SELECT c.id, c.connection_id, c.metadata, c.revision FROM connections c
         JOIN integrations i ON i.id = c.integration_id
         WHERE c.environment_id = ? AND i.unique_key = ? AND c.connection_id IN (SELECT value FROM json_each(?))`,
        environment,
        integration,
        JSON.stringify(ids),
      ),
    ])
    return { known: integrations.length > 0, rows }
  }

  function write(row: Row, text: string, how: MetadataChange['how']): Statement {
    const set = 'UPDATE connections SET metadata = ?, updated_at = ?, revision = revision + 1 WHERE id = ?'
    const args = [text, time(), row.id as number]
    return how === 'replace'
      ? sql(`${set} RETURNING 1`, ...args)
      : sql(`${set} AND revision = ? RETURNING 1`, ...args, row.revision as number)
  }
}

function written(row: Row, metadata: MetadataChange['metadata'], how: MetadataChange['how']): string {
  const before = how === 'replace' || row.metadata === null ? {} : JSON.parse(row.metadata as string)
  return JSON.stringify({ ...before, ...metadata })
}
