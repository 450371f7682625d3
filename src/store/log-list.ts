import { readNumber, readTextOrNull } from './columns.ts'
import { COLUMNS, entryOf, idBound, type LogEntry, OWNER } from './log-entry.ts'
import { pause } from './small-batches.ts'
import { type SqlDriver, type Statement, sql, type Value } from './sql.ts'

export interface LogFilter {
  readonly kind?: string | undefined
  readonly name?: string | undefined
  readonly integration?: string | undefined
  readonly connection_id?: string | undefined
  readonly parent?: string | undefined
  readonly request_id?: string | undefined
  readonly code?: string | undefined
  /** Only what failed, or only what did not. */
  readonly failed?: boolean | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** `before` of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}
/** A page of entries, newest first. */
export interface LogPage {
  readonly entries: LogEntry[]
  /** Where the next page begins; null where there is none. A page may be short, or empty, and not be the last. */
  readonly before: string | null
}

/** Rows that are looked at in the first batch beyond the page itself, and in the largest: a few milliseconds. */
const WINDOW = { first: 100, most: 2000 }
/** Rows that are looked at for one page. Where a filter matches none of them the page ends early. */
const EXAMINED = 100_000
/** Milliseconds by which a request's id, made when it has ended, may be later than the time it began at: an hour. */
const LATER = 3_600_000

/** A condition and its arguments; one with an argument that is undefined does not apply. */
type Condition = readonly [text: string, ...args: (Value | undefined)[]]
const all = (...conditions: readonly Condition[]): { text: string; args: readonly Value[] } => {
  const given = conditions.filter((part): part is [string, ...Value[]] => !part.includes(undefined))
  return { text: given.map(([text]) => text).join(' AND '), args: given.flatMap(([, ...args]) => args) }
}

/**
 * The index that the rows are looked up in, of those that fit the filter the one with the fewest rows as a rule. It is
 * named, since SQLite knows nothing of how many rows there are and takes another one.
 */
function indexed(environment: string, { request_id, parent, connection_id, code, failed }: LogFilter) {
  const by = (index: string, ...condition: Condition) => ({ table: `logs INDEXED BY ${index}`, condition })
  if (request_id !== undefined) return by('logs_of_request', 'request_id = ?', request_id)
  if (parent !== undefined) {
    const request = 'SELECT request_id FROM logs WHERE environment_id = ? AND id = ?'
    return by('logs_of_request', `request_id = (${request})`, environment, parent)
  }
  if (connection_id !== undefined) return by('logs_of_connection_id', 'connection_id = ?', connection_id)
  if (code !== undefined || failed === true) return by('logs_of_failures', 'code IS NOT NULL')
  return { table: 'logs', condition: ['TRUE'] as Condition }
}

/** What is looked at in each row. */
const filtered = (filter: LogFilter) =>
  all(
    [`NOT EXISTS (SELECT 1 FROM erasures WHERE owner = ${OWNER})`],
    ['kind = ?', filter.kind],
    ['name = ?', filter.name],
    ['integration = ?', filter.integration],
    ['connection_id = ?', filter.connection_id],
    ['parent = ?', filter.parent],
    ['request_id = ?', filter.request_id],
    ['code = ?', filter.code],
    ['(code IS NOT NULL) = ?', filter.failed === undefined ? undefined : Number(filter.failed)],
    ['at >= ?', filter.since],
    ['at < ?', filter.until],
  )

/**
 * The statements of one window: what they look at is `window` rows below `before`, whatever the filter. The first says
 * how far they came, the second answers the rows that match.
 */
export function selectWindow(
  environment: string,
  filter: LogFilter,
  { before, window, most }: { before: string; window: number; most: number },
): Statement[] {
  const { table, condition } = indexed(environment, filter)
  const from = filter.since === undefined ? undefined : idBound(Date.parse(filter.since))
  const where = all(condition, ['environment_id = ?', environment], ['id >= ?', from], ['id < ?', before])
  const rest = filtered(filter)
  const rows = (columns: string) => `SELECT ${columns} FROM ${table} WHERE ${where.text} ORDER BY id DESC LIMIT ?`
  return [
    sql(`SELECT min(id) AS last, count(*) AS examined FROM (${rows('id')})`, ...where.args, window),
    sql(
      `SELECT * FROM (${rows(COLUMNS.join(', '))}) WHERE ${rest.text} ORDER BY id DESC LIMIT ?`,
      ...where.args,
      window,
      ...rest.args,
      most,
    ),
  ]
}

/** After every id. */
const END = '~'

/** Reads a page in windows, with other work of the process between them. */
export async function listLogs(driver: SqlDriver, environment: string, filter: LogFilter): Promise<LogPage> {
  const { limit, until } = filter
  const entries: LogEntry[] = []
  const latest = until === undefined ? END : idBound(Date.parse(until) + LATER)
  let before = filter.before !== undefined && filter.before < latest ? filter.before : latest
  let window = WINDOW.first + limit
  for (let left = EXAMINED; left > 0; window = Math.min(window * 4, WINDOW.most)) {
    const most = limit - entries.length + 1
    const [[seen] = [], rows = []] = await driver.batch(selectWindow(environment, filter, { before, window, most }))
    entries.push(...rows.map(entryOf))
    if (entries.length > limit) return { entries: entries.slice(0, limit), before: entries[limit - 1]?.id ?? null }
    const last = seen && readTextOrNull(seen, 'last')
    if (!last || readNumber(seen, 'examined') < window) return { entries, before: null }
    before = last
    left -= window
    await pause()
  }
  return { entries, before }
}
