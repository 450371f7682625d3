import { aad, isBound, type Seal, SealError } from './aad.ts'
import {
  boundConnectionOf,
  boundIntegrationOf,
  checkIntegration,
  openCredentials,
  placeOfConnection,
  textOfIntegration,
} from './bound-row.ts'
import { readNumber, readText, readTextOrNull } from './columns.ts'
import { placeOfSession } from './connect-sessions.ts'
import { openBackend, writeBackend } from './integration-backend.ts'
import { type AnswerKey, resealAnswer } from './reseal-answer.ts'
import { resealRunParts, selectRunParts } from './reseal-run.ts'
import { resealDelivery, resealWebhookKeys } from './reseal-webhooks.ts'
import type { SealLog } from './seal-log.ts'
import { placeOfSignIn } from './sign-ins.ts'
import { pause } from './small-batches.ts'
import { type Row, type SqlDriver, type Statement, sql, type Value } from './sql.ts'

/** What became of the rows of one table. `refused`: altered by somebody without the master key, or their key is gone. */
export interface Resealed {
  readonly sealed: number
  readonly kept: number
  readonly refused: number
}
export type ResealedTable =
  | 'integrations'
  | 'connections'
  | 'environment_variables'
  | 'connect_sessions'
  | 'sign_ins'
  | 'webhook_keys'
  | 'webhook_deliveries'
  | 'idempotent_answers'
  | 'run_parts'

/** Rows that are read at once: everybody else takes their turn between two reads. */
const BATCH = 50

type Fate = keyof Resealed
interface Step {
  readonly table: ResealedTable
  /** Selects rows behind those of `after`, in the order of these columns. */
  readonly select: (after: readonly Value[]) => Statement
  /** The columns that say where the next batch begins; their first values are below all others. */
  readonly order: readonly { readonly column: string; readonly first: Value }[]
  /** Seals a row anew: the statement that writes it, which does nothing where the row was changed in the meantime. */
  readonly reseal: (row: Row) => Promise<Statement[] | 'kept'>
}

/** What `isCurrent` says of each of these, where they are there. */
const areCurrent = (seal: Seal, made: readonly (string | null)[]): boolean =>
  made.every(each => each === null || seal.isCurrent(each))

async function resealIntegration(driver: SqlDriver, seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  const before = boundIntegrationOf(row)
  const { id, environment_id: environment } = before
  const mac = readTextOrNull(row, 'mac')
  const credentials = readTextOrNull(row, 'credentials')
  const [ofConnections = []] = await driver.batch([
    sql("SELECT credentials FROM connections WHERE integration_id = ? AND credentials LIKE 'v2.%' LIMIT 1", id),
  ])
  await checkIntegration(seal, before, mac, [credentials, ...ofConnections.map(each => readText(each, 'credentials'))])
  const sealedKey = before.backend === null ? null : JSON.parse(before.backend).sealed
  const isWhole = [credentials, sealedKey].every(secret => secret === null || isBound(secret))
  if (mac !== null && isWhole && areCurrent(seal, [mac, credentials, sealedKey])) return 'kept'
  const backend = await openBackend(seal, environment, id, before.backend)
  const place = { environment, id, version: 'v2' } as const
  const after = { ...before, backend: (await writeBackend(seal, place, backend)) ?? null }
  const secrets = credentials === null ? null : await seal.open(credentials, aad.integration(environment, id))
  return [
    sql(
      'UPDATE integrations SET credentials = ?, backend = ?, mac = ? WHERE id = ? AND revision = ? RETURNING 1',
      secrets === null ? null : await seal.seal(secrets, aad.integration(environment, id), 'v2'),
      after.backend,
      await seal.sign(textOfIntegration(after)),
      id,
      readNumber(row, 'revision'),
    ),
  ]
}

async function resealConnection(seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  const bound = boundConnectionOf(row)
  const sealed = readText(row, 'credentials')
  const secrets = await openCredentials(seal, bound, sealed)
  if (isBound(sealed) && seal.isCurrent(sealed)) return 'kept'
  // Only beside an integration with a MAC, without which they would not open.
  return [
    sql(
      `UPDATE connections SET credentials = ? WHERE uuid = ? AND credentials = ?
         AND EXISTS (SELECT 1 FROM integrations WHERE id = integration_id AND mac IS NOT NULL) RETURNING 1`,
      await seal.seal(secrets, placeOfConnection(bound), 'v2'),
      bound.uuid,
      sealed,
    ),
  ]
}

async function resealVariable(seal: Seal, row: Row): Promise<Statement[] | 'kept'> {
  const [environment, name, value] = [readText(row, 'environment_id'), readText(row, 'name'), readText(row, 'value')]
  const place = aad.variable(environment, name)
  const plain = await seal.open(value, place)
  if (seal.isCurrent(value)) return 'kept'
  return [
    sql(
      'UPDATE environment_variables SET value = ? WHERE environment_id = ? AND name = ? AND value = ? RETURNING 1',
      await seal.seal(plain, place),
      environment,
      name,
      value,
    ),
  ]
}

/** A row whose secrets stand in `held`, at their place. */
async function resealHeld(
  seal: Seal,
  row: Row,
  { table, place }: { table: ResealedTable; place: string },
): Promise<Statement[] | 'kept'> {
  const [id, held] = [readText(row, 'id'), readText(row, 'held')]
  const plain = await seal.open(held, place)
  if (seal.isCurrent(held)) return 'kept'
  return [
    sql(`UPDATE ${table} SET held = ? WHERE id = ? AND held = ? RETURNING 1`, await seal.seal(plain, place), id, held),
  ]
}

const stepsOver = (driver: SqlDriver, seal: Seal): Step[] => [
  // Integrations first: the secrets of connections are bound beside theirs.
  {
    table: 'integrations',
    order: [{ column: 'id', first: '' }],
    select: after => sql('SELECT * FROM integrations WHERE id > ? ORDER BY id LIMIT ?', ...after, BATCH),
    reseal: row => resealIntegration(driver, seal, row),
  },
  {
    table: 'connections',
    order: [{ column: 'id', first: 0 }],
    select: after =>
      sql(
        `SELECT id, uuid, environment_id, integration_id, connection_id, connection_config, credentials
         FROM connections WHERE id > ? ORDER BY id LIMIT ?`,
        ...after,
        BATCH,
      ),
    reseal: row => resealConnection(seal, row),
  },
  {
    table: 'environment_variables',
    order: ['environment_id', 'name'].map(column => ({ column, first: '' })),
    select: after =>
      sql(
        `SELECT environment_id, name, value FROM environment_variables WHERE (environment_id, name) > (?, ?)
         ORDER BY environment_id, name LIMIT ?`,
        ...after,
        BATCH,
      ),
    reseal: row => resealVariable(seal, row),
  },
  {
    table: 'connect_sessions',
    order: [{ column: 'id', first: '' }],
    select: after => sql('SELECT * FROM connect_sessions WHERE id > ? ORDER BY id LIMIT ?', ...after, BATCH),
    reseal: row => resealHeld(seal, row, { table: 'connect_sessions', place: placeOfSession(row) }),
  },
  {
    table: 'sign_ins',
    order: [{ column: 'id', first: '' }],
    select: after => sql('SELECT * FROM sign_ins WHERE id > ? ORDER BY id LIMIT ?', ...after, BATCH),
    reseal: row => resealHeld(seal, row, { table: 'sign_ins', place: placeOfSignIn(row) }),
  },
  {
    table: 'webhook_keys',
    order: [{ column: 'environment_id', first: '' }],
    select: after =>
      sql(
        `SELECT id AS environment_id, webhook_keys FROM environments WHERE id > ? AND webhook_keys IS NOT NULL
         ORDER BY id LIMIT ?`,
        ...after,
        BATCH,
      ),
    reseal: row => resealWebhookKeys(seal, row),
  },
  {
    table: 'webhook_deliveries',
    order: [{ column: 'id', first: '' }],
    select: after =>
      sql(
        'SELECT id, environment_id, sealed FROM webhook_deliveries WHERE id > ? ORDER BY id LIMIT ?',
        ...after,
        BATCH,
      ),
    reseal: row => resealDelivery(seal, row),
  },
  {
    table: 'idempotent_answers',
    order: ['environment_id', 'connection', 'key_hash'].map(column => ({ column, first: '' })),
    select: after =>
      sql(
        `SELECT environment_id, connection, key_hash, substr(text, 1, 100) AS head FROM idempotent_parts
         WHERE part = 0 AND (environment_id, connection, key_hash) > (?, ?, ?)
         ORDER BY environment_id, connection, key_hash LIMIT ?`,
        ...after,
        BATCH,
      ),
    async reseal(row) {
      if (seal.isCurrent(readText(row, 'head'))) return 'kept'
      const key: AnswerKey = {
        environment: readText(row, 'environment_id'),
        connection: readText(row, 'connection'),
        hash: readText(row, 'key_hash'),
      }
      return resealAnswer(driver, seal, key)
    },
  },
  {
    table: 'run_parts',
    order: ['run', 'kind'].map(column => ({ column, first: '' })),
    select: after => selectRunParts(after, BATCH),
    reseal: row => resealRunParts(driver, seal, row),
  },
]

/**
 * Seals everything under the first master key, and binds secrets to what decides where they are sent. A batch at a time,
 * beside a gateway that runs; what was sealed already is left, so that it can be ended and begun again. What a row holds
 * when it is bound for the first time is taken as right. Answers what became of the rows of each table.
 */
export async function reseal(
  driver: SqlDriver,
  seal: Seal,
  sealLog: SealLog,
): Promise<Record<ResealedTable, Resealed>> {
  const counts: Partial<Record<ResealedTable, Resealed>> = {}
  const fateOf = async ({ reseal: resealRow }: Step, row: Row): Promise<Fate> => {
    try {
      const statements = await resealRow(row)
      if (statements === 'kept') return 'kept'
      const answers = await driver.batch(statements)
      // It was changed in the meantime, and so sealed by whoever changed it.
      return answers.at(-1)?.length ? 'sealed' : 'kept'
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      sealLog.refused(row, error)
      return 'refused'
    }
  }
  for (const step of stepsOver(driver, seal)) {
    const count = { sealed: 0, kept: 0, refused: 0 }
    let after = step.order.map(({ first }) => first)
    for (;;) {
      const [rows = []] = await driver.batch([step.select(after)])
      for (const row of rows) count[await fateOf(step, row)]++
      const last = rows.at(-1)
      if (!last || rows.length < BATCH) break
      after = step.order.map(({ column }) => last[column]!)
      await pause()
    }
    counts[step.table] = count
  }
  return counts as Record<ResealedTable, Resealed>
}
