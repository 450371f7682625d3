import type { Cache } from './cache.ts'
import { readJsonOrNull, readNumber, readText } from './columns.ts'
import { type Row, type SqlDriver, type Statement, sql } from './sql.ts'

export interface MetadataChange {
  readonly ids: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
  /** `merge`: members that are not named stay. */
  readonly how: 'replace' | 'merge'
}

/** Bytes that a connection's metadata may have as JSON. A row of D1 holds no more than 1 MB in all. */
export const METADATA_LIMIT = 524_288
/** Whether a text has more bytes of UTF-8 than a limit. */
export const tooLarge = (text: string, limit: number): boolean => new TextEncoder().encode(text).length > limit

/** How often a merge is tried, where others write at the same time. */
const ATTEMPTS = 10

type Outcome =
  | { readonly set: true }
  | { readonly missing: 'integration' }
  | { readonly missing: 'connection'; readonly ids: readonly string[] }
  | { readonly tooLarge: string }
  | { readonly busy: true }

interface MetadataRow {
  readonly id: number
  readonly connectionId: string
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly revision: number
}
const metadataRowOf = (row: Row): MetadataRow => ({
  id: readNumber(row, 'id'),
  connectionId: readText(row, 'connection_id'),
  metadata: readJsonOrNull(row, 'metadata'),
  revision: readNumber(row, 'revision'),
})

/** Makes `store.connections.setMetadata` over a driver; `time` is the present as RFC 3339. */
export function metadataOn(driver: SqlDriver, cache: Cache, time: () => string) {
  return async (environment: string, integration: string, { ids, metadata, how }: MetadataChange): Promise<Outcome> => {
    let open: readonly string[] = [...new Set(ids)]
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { known, rows } = await read(environment, integration, open)
        if (!known) return { missing: 'integration' }
        const found = new Set(rows.map(row => row.connectionId))
        const missing = open.filter(id => !found.has(id))
        if (missing.length > 0) return { missing: 'connection', ids: missing }

        const next = rows.map(row => ({ row, text: written(row, metadata, how) }))
        const large = next.find(({ text }) => tooLarge(text, METADATA_LIMIT))
        if (large) return { tooLarge: large.row.connectionId }
        const answers = await driver.batch(next.map(({ row, text }) => write(row, text, how)))
        // A row that another request changed since it was read was not written: it is read and merged again.
        open = next.flatMap(({ row }, index) => (answers[index]?.length ? [] : [row.connectionId]))
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
    return { known: integrations.length > 0, rows: rows.map(metadataRowOf) }
  }

  function write(row: MetadataRow, text: string, how: MetadataChange['how']): Statement {
    const set = 'UPDATE connections SET metadata = ?, updated_at = ?, revision = revision + 1 WHERE id = ?'
    const args = [text, time(), row.id]
    return how === 'replace'
      ? sql(`${set} RETURNING 1`, ...args)
      : sql(`${set} AND revision = ? RETURNING 1`, ...args, row.revision)
  }
}

const written = (row: MetadataRow, metadata: MetadataChange['metadata'], how: MetadataChange['how']): string =>
  JSON.stringify(how === 'replace' ? metadata : { ...row.metadata, ...metadata })
