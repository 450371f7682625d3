import { aad, type Seal } from './aad.ts'
import { readText } from './columns.ts'
import { type SqlDriver, sql } from './sql.ts'

export interface Variable {
  readonly name: string
  readonly value: string
}
export interface Variables {
  list(environment: string): Promise<Variable[]>
  /** `full`: all variables of the environment together would take more bytes than that. */
  set(environment: string, variable: Variable): Promise<{ set: true } | { full: number }>
  /** Answers whether there was one. */
  remove(environment: string, name: string): Promise<boolean>
}

/** Bytes that the variables of an environment may take, sealed: they are read all at once. */
const LIMIT = 2_097_152

/** Makes `store.variables` over a driver: values are sealed. `now` is in milliseconds since 1970. */
export function variablesOn(driver: SqlDriver, seal: Seal, now: () => number): Variables {
  return {
    async list(environment) {
      const [rows = []] = await driver.batch([
        sql('SELECT name, value FROM environment_variables WHERE environment_id = ? ORDER BY name', environment),
      ])
      return Promise.all(
        rows.map(async row => {
          const name = readText(row, 'name')
          return { name, value: await seal.open(readText(row, 'value'), aad.variable(environment, name)) }
        }),
      )
    },
    async set(environment, { name, value }) {
      const sealed = await seal.seal(value, aad.variable(environment, name))
      const [rows = []] = await driver.batch([
        sql(
          `INSERT INTO environment_variables (environment_id, name, value, updated_at)
           SELECT id, ?, ?, ? FROM environments WHERE id = ? AND ? + (
             SELECT coalesce(sum(bytes), 0) FROM environment_variables WHERE environment_id = environments.id AND name <> ?
           ) <= ?
           ON CONFLICT (environment_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
           RETURNING 1`,
          name,
          sealed,
          new Date(now()).toISOString(),
          environment,
          sealed.length,
          name,
          LIMIT,
        ),
      ])
      return rows.length > 0 ? { set: true } : { full: LIMIT }
    },
    async remove(environment, name) {
      const [rows = []] = await driver.batch([
        sql('DELETE FROM environment_variables WHERE environment_id = ? AND name = ? RETURNING 1', environment, name),
      ])
      return rows.length > 0
    },
  }
}
