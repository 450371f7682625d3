import { aad, type Seal } from './aad.ts'
import { readText } from './columns.ts'
import { type SqlDriver, sql } from './sql.ts'

export interface Variable {
  readonly name: string
  readonly value: string
}
export interface Variables {
  list(environment: string): Promise<Variable[]>
  set(environment: string, variable: Variable): Promise<void>
  /** Answers whether there was one. */
  remove(environment: string, name: string): Promise<boolean>
}

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
      await driver.batch([
        sql(
          `INSERT INTO environment_variables (environment_id, name, value, updated_at)
           SELECT id, ?, ?, ? FROM environments WHERE id = ?
           ON CONFLICT (environment_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          name,
          sealed,
          new Date(now()).toISOString(),
          environment,
        ),
      ])
    },
    async remove(environment, name) {
      const [rows = []] = await driver.batch([
        sql('DELETE FROM environment_variables WHERE environment_id = ? AND name = ? RETURNING 1', environment, name),
      ])
      return rows.length > 0
    },
  }
}
