import { type Json, refuse } from './errors.ts'
import { idOf } from './ids.ts'

interface Cursor {
  rows: readonly Json[]
  size: number
}

/** A caller has this many at most; one more closes the oldest. */
const OPEN_MAX = 10

/** The results of queries that did not fit into one batch, as they were when asked. */
export class Locators {
  #open = new Map<string, Cursor>()
  #opened = 0

  reset(): void {
    this.#open.clear()
  }

  /** The id of a locator; where its next batch begins stands after it, as recorded: `0r8…-2000`. */
  open(rows: readonly Json[], size: number): string {
    const id = idOf('0r8', ++this.#opened)
    this.#open.set(id, { rows, size })
    for (const oldest of this.#open.keys()) if (this.#open.size > OPEN_MAX) this.#open.delete(oldest)
    return id
  }

  find(locator: string): Cursor & { id: string; from: number } {
    const [, id = '', at = ''] = /^(\w+)-(\d+)$/.exec(locator) ?? []
    const cursor = this.#open.get(id)
    const from = Number(at)
    if (!cursor || from >= cursor.rows.length) return refuse(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
    return { id, from, ...cursor }
  }
}
