import { type Row, type SqlDriver, type Statement, sql, type Value } from './sql.ts'

/** One entry: what was called, never what was said. */
export interface LogEntry {
  readonly id: string
  readonly environment: string
  /** RFC 3339. */
  readonly at: string
  readonly kind: 'call' | 'action' | 'proxy' | 'request'
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
  /** Which try it was, from 1. */
  readonly attempt?: number | undefined
  readonly ms: number
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

/** Entries that wait at most; more are dropped, oldest first, since memory matters more than a log. */
const WAITING = 10_000
/** Entries written in one batch: 18 columns each stay below D1's statement limits by being a statement each. */
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

function insert(entry: LogEntry): Statement {
  const values: Record<string, unknown> = { ...entry, environment_id: entry.environment }
  return sql(INSERT, ...COLUMNS.map(column => (values[column] ?? null) as Value), entry.environment)
}
const entryOf = ({ environment_id, ...row }: Row): LogEntry => ({
  ...(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as Omit<
    LogEntry,
    'environment'
  >),
  environment: environment_id as string,
})

/** Tells the ids of processes apart; drawn when the first is needed, since the edge allows no randomness before. */
let origin: string | undefined
let counted = 0
let latest = 0
const width = (n: number, digits: number): string => n.toString(36).padStart(digits, '0')

/** An id that grows with time, also within one millisecond of one process. `now` is in milliseconds since 1970. */
export function logId(now: number): string {
  origin ??= width(crypto.getRandomValues(new Uint32Array(1))[0]!, 7)
  // A clock that is set back must not put a later entry before an earlier one.
  latest = Math.max(latest, now)
  counted = (counted + 1) % 36 ** 6
  return `${width(latest, 9)}${width(counted, 6)}${origin}`
}

/** Logs over a driver. */
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
