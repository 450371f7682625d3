import { readJson, readJsonOrNull, readNumber, readText, readTextOrNull } from './columns.ts'
import { faultLogIdOf, type ListedConnection } from './connection.ts'
import { type ConnectionFilter, selectList } from './connection-filter.ts'
import { pause } from './small-batches.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** Connections that are read in one statement: with 512 KiB of metadata each, SQLite walks past it in about 50 ms. */
const SLICE = 200
/** Bytes of metadata, as JSON, that a list answers in all. */
export const METADATA_BYTES = 4_194_304
/** Bytes of everything else that a list answers. */
export const LIST_BYTES = 8_388_608
/** Bytes of a listed connection beside its tags and end user, about. */
const ROW_BYTES = 512

/** A list of connections, oldest first. */
export type ConnectionList =
  /** `isWhole`: every one carries its metadata. */
  | { readonly connections: readonly ListedConnection[]; readonly isWhole: boolean }
  /** It would be more than a list answers; so many connections fit. */
  | { readonly fits: number }

const listedOf = (row: Row): ListedConnection => ({
  id: readNumber(row, 'id'),
  connection_id: readText(row, 'connection_id'),
  provider_config_key: readText(row, 'unique_key'),
  provider: readText(row, 'provider'),
  tags: readJson(row, 'tags'),
  end_user: readJsonOrNull(row, 'end_user'),
  created_at: readText(row, 'created_at'),
  fault_log_id: faultLogIdOf(row),
})
const sizeOf = (row: Row): number =>
  ROW_BYTES + readText(row, 'tags').length + (readTextOrNull(row, 'end_user')?.length ?? 0)

/** Makes `store.connections.list` over a driver. */
export function listOn(driver: SqlDriver) {
  /** The metadata of connections by their ids, of those that still have as many bytes of it as they had. */
  async function metadataOf(sizes: ReadonlyMap<number, number>): Promise<Map<number, ListedConnection['metadata']>> {
    const [rows = []] = await driver.batch([
      sql(
        `SELECT c.id, c.metadata FROM json_each(?) AS wanted CROSS JOIN connections c
         ON c.id = wanted.value ->> 0 AND octet_length(c.metadata) = wanted.value ->> 1`,
        JSON.stringify([...sizes]),
      ),
    ])
    return new Map(rows.map(row => [readNumber(row, 'id'), readJsonOrNull(row, 'metadata')]))
  }

  return async (environment: string, filter: ConnectionFilter): Promise<ConnectionList> => {
    const connections: ListedConnection[] = []
    const sizes = new Map<number, number>()
    let bytes = 0
    let after = 0
    while (connections.length < filter.limit) {
      const limit = Math.min(SLICE, filter.limit - connections.length)
      const offset = connections.length === 0 ? filter.page * filter.limit : 0
      const [rows = []] = await driver.batch([selectList(environment, filter, { after, limit, offset })])
      for (const row of rows) {
        bytes += sizeOf(row)
        if (bytes > LIST_BYTES) return { fits: connections.length }
        const connection = listedOf(row)
        const size = readNumber(row, 'metadata_bytes')
        if (size > 0) sizes.set(connection.id, size)
        connections.push(connection)
        after = connection.id
      }
      if (rows.length < limit) break
      // Others take their turn, as SQLite works in the process that serves.
      await pause()
    }
    let metadata = 0
    for (const size of sizes.values()) metadata += size
    if (metadata > METADATA_BYTES) return { connections, isWhole: false }
    const known = await metadataOf(sizes)
    return {
      connections: connections.map(each => ({
        ...each,
        metadata: sizes.has(each.id) ? known.get(each.id) : null,
      })),
      isWhole: known.size === sizes.size,
    }
  }
}
