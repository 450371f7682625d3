import { readNumber, readText } from './columns.ts'
import { type Row, type Statement, sql, type Value } from './sql.ts'

/**
 * `call`: a verb of a model; `action`: an action function; `proxy`: a request passed through; `token`: a request for a
 * connection's next token; `request`: one try at a provider.
 */
export const logKinds = ['call', 'action', 'proxy', 'token', 'request', 'webhook'] as const

/** One entry of the log: what was called and how it ended, never the content of a request or an answer. */
export interface LogEntry {
  readonly id: string
  readonly environment: string
  /** RFC 3339. */
  readonly at: string
  readonly kind: (typeof logKinds)[number]
  /** The entry of the call that it was made for, which has the same request id. */
  readonly parent?: string | undefined
  readonly request_id: string
  /** `list-contacts`, the type of a webhook, or method, host and path of a request with everything that could be an id left out. */
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

export const COLUMNS = [
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
type Column = (typeof COLUMNS)[number]

/** Characters of a uuid. A connection at a backend is `<uuid of the integration>/<id>`, so that these lead to its owner. */
const UUID = 36
/** What a row belongs to, of `logs`: its connection, or the integration whose backend has the connection. */
export const OWNER = `substr(connection, 1, ${UUID})`

// A row that comes after its owner was erased is not stored, and one that came before is not stored twice.
const INSERT = `INSERT INTO logs (${COLUMNS.join(', ')}) SELECT ${COLUMNS.map(() => '?').join(', ')}
  WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE owner IN (?, ?)) ON CONFLICT DO NOTHING`

/** The statement that stores an entry. */
export function insertEntry({ environment, ...entry }: LogEntry): Statement {
  const values: Partial<Record<Column, Value | undefined>> = { ...entry, environment_id: environment }
  const owner = entry.connection?.slice(0, UUID) ?? null
  return sql(INSERT, ...COLUMNS.map(column => values[column] ?? null), environment, owner)
}

const text = (row: Row, column: Column) => (row[column] === null ? undefined : readText(row, column))
const number = (row: Row, column: Column) => (row[column] === null ? undefined : readNumber(row, column))

/** The entry in a row of `COLUMNS`. */
export const entryOf = (row: Row): LogEntry => ({
  id: readText(row, 'id'),
  environment: readText(row, 'environment_id'),
  at: readText(row, 'at'),
  // Only `insertEntry` writes this column, from an entry.
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

const width = (n: number, digits: number): string => n.toString(36).padStart(digits, '0')
/** Digits of a time in an id; they last until the year 5188. */
const TIME = 9
/** Random digits that no other process has. Drawn with the first id: at the edge there is none while a module loads. */
let origin: string | undefined
let counted = 0
let latest = 0

/** Makes an id that is greater than every earlier one of this process. `now` is in milliseconds since 1970. */
export function logId(now: number): string {
  origin ??= width(crypto.getRandomValues(new Uint32Array(1))[0]!, 7)
  // Where the clock is set back, later ids must still be greater.
  latest = Math.max(latest, now)
  counted = (counted + 1) % 36 ** 6
  return `${width(latest, TIME)}${width(counted, 6)}${origin}`
}

/** The text before which every id made earlier than a time sorts, and no other. `at` is in milliseconds since 1970. */
export const idBound = (at: number): string => width(Math.min(Math.max(at, 0), 36 ** TIME - 1), TIME)
