import type { Seal } from '../credentials/seal.ts'
import { place } from './aad.ts'
import { type Shelf, sql } from './sql.ts'

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

/** Environment variables over a shelf, sealed. */
export function variablesOn(shelf: Shelf, seal: Seal, now: () => number): Variables {
  return {
    async list(environment) {
      const [rows = []] = await shelf.batch([
        sql('SELECT name, value FROM environment_variables WHERE environment_id = ? ORDER BY name', environment),
      ])
      return Promise.all(
        rows.map(async row => {
          const name = row.name as string
          return { name, value: await seal.open(row.value as string, place.variable(environment, name)) }
        }),
      )
    },
    async set(environment, { name, value }) {
      const sealed = await seal.seal(value, place.variable(environment, name))
      await shelf.batch([
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
      const [rows = []] = await shelf.batch([
        sql('DELETE FROM environment_variables WHERE environment_id = ? AND name = ? RETURNING 1', environment, name),
      ])
      return rows.length > 0
    },
  }
}
