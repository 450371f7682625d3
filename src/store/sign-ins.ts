import { Buffer } from 'node:buffer'
import { aad, type Seal } from './aad.ts'
import { hashOf } from './api-keys.ts'
import { readText, readTextOrNull } from './columns.ts'
import { type Row, type SqlDriver, sql } from './sql.ts'

/** An attempt to sign an account in; what it holds is its maker's. */
export interface SignIn<Held> {
  readonly environment: string
  /** Id of the connect session. */
  readonly session: string
  readonly held: Held
}

export interface SignIns {
  /** Keeps an attempt for half an hour; answers its id, which is not kept. Undefined: the session is over, or has too many. */
  begin<Held>(attempt: SignIn<Held>): Promise<string | undefined>
  /** An attempt by its id. */
  find<Held>(id: string): Promise<SignIn<Held> | undefined>
  /** Sets the `state` that the provider is to give back. It takes the place of an earlier one. False: it came back already. */
  expect(id: string, state: string): Promise<boolean>
  /** The attempt that a `state` belongs to, which stays what it is. */
  sentWith<Held>(state: string): Promise<SignIn<Held> | undefined>
  /** Takes the attempt that a `state` belongs to, which is then used up: a second one with the same state finds nothing. */
  take<Held>(state: string): Promise<SignIn<Held> | undefined>
  /** Replaces what an attempt holds, if it is still as `before`: of two who do so at the same time one succeeds. */
  replace<Held>(id: string, before: Held, after: Held): Promise<boolean>
}

/** Milliseconds that an attempt lasts. */
const LASTS = 1_800_000
/** Attempts that a session may begin. */
const MANY = 100
const ID = /^[0-9a-f]{64}$/

/** 32 random bytes in hex: an attempt's id, or a `state`. */
export const randomHex = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')
/** Where what an attempt holds is sealed. */
export const placeOfSignIn = (row: Row): string =>
  aad.signIn(readText(row, 'environment_id'), readText(row, 'session'), readText(row, 'id'))

/** Makes `store.signIns` over a driver; `now` is in milliseconds since 1970. */
export function signInsOn(driver: SqlDriver, seal: Seal, now: () => number): SignIns {
  const at = (offset = 0) => new Date(now() + offset).toISOString()
  const read = async <Held>(row: Row | undefined): Promise<SignIn<Held> | undefined> =>
    row && {
      environment: readText(row, 'environment_id'),
      session: readText(row, 'session'),
      held: JSON.parse(await seal.open(readText(row, 'held'), placeOfSignIn(row))),
    }
  /** The row of an attempt; a batch that writes asks the primary, as a replica may not know one of just now. */
  async function rowOf(id: string): Promise<Row | undefined> {
    if (!ID.test(id)) return undefined
    const [, rows = []] = await driver.batch([
      sql('DELETE FROM sign_ins WHERE id = ? AND expires_at <= ?', hashOf(id), at()),
      sql('SELECT * FROM sign_ins WHERE id = ?', hashOf(id)),
    ])
    return rows[0]
  }

  return {
    async begin({ environment, session, held }) {
      const id = randomHex()
      const row = { id: hashOf(id), environment_id: environment, session }
      const [rows = []] = await driver.batch([
        sql(
          `INSERT INTO sign_ins (id, environment_id, session, held, expires_at)
           SELECT ?, environment_id, id, ?, ? FROM connect_sessions WHERE id = ? AND environment_id = ?
             AND (SELECT count(*) FROM sign_ins WHERE session = connect_sessions.id) < ? RETURNING 1`,
          row.id,
          await seal.seal(JSON.stringify(held), placeOfSignIn(row)),
          at(LASTS),
          session,
          environment,
          MANY,
        ),
      ])
      return rows.length > 0 ? id : undefined
    },
    find: async <Held>(id: string) => read<Held>(await rowOf(id)),
    async expect(id, state) {
      if (!ID.test(id)) return false
      const [rows = []] = await driver.batch([
        sql(
          `UPDATE sign_ins SET state = ? WHERE id = ? AND expires_at > ? AND taken = 0 RETURNING 1`,
          hashOf(state),
          hashOf(id),
          at(),
        ),
      ])
      return rows.length > 0
    },
    async sentWith<Held>(state: string) {
      if (!ID.test(state)) return undefined
      const [rows = []] = await driver.batch([
        sql('SELECT * FROM sign_ins WHERE state = ? AND expires_at > ?', hashOf(state), at()),
      ])
      return read<Held>(rows[0])
    },
    async take<Held>(state: string) {
      const [rows = []] = await driver.batch([
        sql(
          'UPDATE sign_ins SET state = NULL, taken = 1 WHERE state = ? AND expires_at > ? RETURNING *',
          hashOf(state),
          at(),
        ),
      ])
      return read<Held>(rows[0])
    },
    async replace(id, before, after) {
      const row = await rowOf(id)
      if (!row) return false
      const sealed = readTextOrNull(row, 'held') ?? ''
      if ((await seal.open(sealed, placeOfSignIn(row))) !== JSON.stringify(before)) return false
      const [rows = []] = await driver.batch([
        sql(
          'UPDATE sign_ins SET held = ? WHERE id = ? AND held = ? RETURNING 1',
          await seal.seal(JSON.stringify(after), placeOfSignIn(row)),
          hashOf(id),
          sealed,
        ),
      ])
      return rows.length > 0
    },
  }
}
