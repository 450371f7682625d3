import { readNumber, readText } from './columns.ts'
import { type Row, type SqlDriver, type Statement, sql, type Value } from './sql.ts'

/** One entry of the log: what was called and how it ended, never the content of a request or an answer. */
export interface LogEntry {
  readonly id: string
  readonly environment: string
  /** RFC 3339. */
  readonly at: string
  readonly kind: 'call' | 'action' | 'proxy' | 'request'
  /** The entry of the call that it was made for. */
  readonly parent?: string | undefined
  readonly request_id: string
  /** `list-contacts`, or method, host and path of a request with everything that could be an id left out. */
  readonly name: string
  readonly provider?: string | undefined
  readonly integration?: string | undefined
  /** The connection's uuid. */
  readonly connection?: string | undefined
  readonly connection_id?: string | undefined
  readonly status?: number | undefined
  /** The problem's code, where it failed. */
  readonly code?: string | undefined
  /** Which attempt it was, from 1. */
  readonly attempt?: number | undefined
  /** Milliseconds that it took. */
  readonly ms: number
  /** Milliseconds of them that the provider took. */
  readonly provider_ms?: number | undefined
  readonly sent_bytes?: number | undefined
  readonly received_bytes?: number | undefined
}
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
  /** The last id of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}
export interface Logs {
  /** Takes entries; they are written a little later, all at once. */
  add(entries: readonly LogEntry[]): void
  /** Writes what was taken. It never rejects: a log that cannot be written must not fail what it is about. */
  flush(): Promise<void>
  list(environment: string, filter: LogFilter): Promise<LogEntry[]>
}

/** Entries that wait to be written at most; beyond, the oldest are dropped, since memory must not grow without end. */
const WAITING = 10_000
/** Entries that are written in one batch. Each is a statement of its own, as D1 takes 100 parameters a statement. */
const BATCH = 100

const COLUMNS = [
  'id',
  'environment_id',
  'at',
  'kind',
  'parent',
  'request_id',
  'name',
  'provider',
  'integration',
  'connection',
  'connection_id',
  'status',
  'code',
  'attempt',
  'ms',
  'provider_ms',
  'sent_bytes',
  'received_bytes',
] as const
const INSERT = `INSERT INTO logs (${COLUMNS.join(', ')}) SELECT ${COLUMNS.map(() => '?').join(', ')}
  WHERE EXISTS (SELECT 1 FROM environments WHERE id = ?)`

function insert({ environment, ...entry }: LogEntry): Statement {
  const values: Partial<Record<(typeof COLUMNS)[number], Value | undefined>> = { ...entry, environment_id: environment }
  return sql(INSERT, ...COLUMNS.map(column => values[column] ?? null), environment)
}
const text = (row: Row, column: (typeof COLUMNS)[number]) => (row[column] === null ? undefined : readText(row, column))
const number = (row: Row, column: (typeof COLUMNS)[number]) =>
  row[column] === null ? undefined : readNumber(row, column)
const entryOf = (row: Row): LogEntry => ({
  id: readText(row, 'id'),
  environment: readText(row, 'environment_id'),
  at: readText(row, 'at'),
  // Only `insert` writes this column, from an entry.
  kind: readText(row, 'kind') as LogEntry['kind'],
  parent: text(row, 'parent'),
  request_id: readText(row, 'request_id'),
  name: readText(row, 'name'),
  provider: text(row, 'provider'),
  integration: text(row, 'integration'),
  connection: text(row, 'connection'),
  connection_id: text(row, 'connection_id'),
  status: number(row, 'status'),
  code: text(row, 'code'),
  attempt: number(row, 'attempt'),
  ms: readNumber(row, 'ms'),
  provider_ms: number(row, 'provider_ms'),
  sent_bytes: number(row, 'sent_bytes'),
  received_bytes: number(row, 'received_bytes'),
})

/** Random digits that no other process has. Drawn with the first id: at the edge there is none while a module loads. */
let origin: string | undefined
let counted = 0
let latest = 0
const width = (n: number, digits: number): string => n.toString(36).padStart(digits, '0')

/** Makes an id that is greater than every earlier one of this process. `now` is in milliseconds since 1970. */
export function logId(now: number): string {
  origin ??= width(crypto.getRandomValues(new Uint32Array(1))[0]!, 7)
  // Where the clock is set back, later ids must still be greater.
  latest = Math.max(latest, now)
  counted = (counted + 1) % 36 ** 6
  return `${width(latest, 9)}${width(counted, 6)}${origin}`
}

/** Makes `store.logs` over a driver. */
export function logsOn(driver: SqlDriver): Logs {
  let waiting: LogEntry[] = []
  return {
    add(entries) {
      waiting.push(...entries)
      if (waiting.length > WAITING) waiting = waiting.slice(-WAITING)
    },
    async flush() {
      while (waiting.length > 0) {
        const now = waiting.slice(0, BATCH)
        waiting = waiting.slice(BATCH)
        try {
          await driver.batch(now.map(insert))
        } catch {
          return
        }
      }
    },
    async list(environment, filter) {
      const parts: [string, Value | undefined][] = [
        ['kind = ?', filter.kind],
        ['name = ?', filter.name],
        ['integration = ?', filter.integration],
        ['connection_id = ?', filter.connection_id],
        ['parent = ?', filter.parent],
        ['request_id = ?', filter.request_id],
        ['code = ?', filter.code],
        ['at >= ?', filter.since],
        ['at < ?', filter.until],
        ['id < ?', filter.before],
      ]
      const given = parts.filter((part): part is [string, Value] => part[1] !== undefined)
      const failed = filter.failed === undefined ? '' : filter.failed ? ' AND code IS NOT NULL' : ' AND code IS NULL'
      const [rows = []] = await driver.batch([
        sql(
          `SELECT ${COLUMNS.join(', ')} FROM logs WHERE environment_id = ?${given.map(([text]) => ` AND ${text}`).join('')}${failed}
           ORDER BY id DESC LIMIT ?`,
          environment,
          ...given.map(([, value]) => value),
          filter.limit,
        ),
      ])
      return rows.map(entryOf)
    },
  }
}
