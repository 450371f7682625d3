import type { Dialect } from './dialect.ts'
import { deliver, type Fault, json } from './inflict.ts'

type Json = Record<string, unknown>

/** Changes the body of what the sandbox answers; an answer without one stays. */
export const changed =
  (change: (body: unknown, dialect: Dialect) => void): Fault =>
  async victim => {
    const reply = await victim.carryOut()
    if (reply.body.byteLength === 0) return deliver(victim, reply)
    const body: unknown = JSON.parse(reply.body.toString())
    change(body, victim.dialect)
    deliver(victim, json(reply.status, body, reply.headers))
  }

/** Replaces every leaf of a record but those of its id. */
function mapLeaves(record: Json, { ids }: Dialect, replace: (leaf: unknown, at: number) => unknown): void {
  let at = 0
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return replace(value, at++)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
  }
  for (const key of Object.keys(record)) if (!ids.has(key)) record[key] = walk(record[key])
}

/** A value of a kind that nobody promised: in turn an object, a list, and a number for a text or the other way round. */
function otherKind(leaf: unknown, at: number): unknown {
  if (at % 3 === 0) return { unexpected: leaf }
  if (at % 3 === 1) return [leaf, [leaf]]
  return typeof leaf === 'string' ? 42 : 'forty-two'
}

/** Records that are not as the provider's interface promises. Ids stay, so that writes can be read back. */
export const records: Readonly<Record<string, Fault>> = {
  /** Every value is null, and so is the second record of a list. */
  nulls: changed((body, dialect) => {
    for (const record of dialect.recordsIn(body)) mapLeaves(record, dialect, () => null)
    const list = dialect.listIn(body)
    if (list && list.length > 2) list[1] = null
  }),
  'wrong-types': changed((body, dialect) => {
    for (const record of dialect.recordsIn(body)) mapLeaves(record, dialect, otherKind)
  }),
  'duplicate-ids': changed((body, dialect) => {
    const [first, ...others] = dialect.listIn(body) ? dialect.recordsIn(body) : []
    for (const record of others) for (const id of dialect.ids) if (first && id in first) record[id] = first[id]
  }),
}
