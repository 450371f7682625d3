import type { Json } from './errors.ts'
import { seed } from './seed.ts'

export type Kind = 'cus' | 'in' | 'ii'
const wholeSeconds = (millis: number): number => Math.floor(millis / 1_000)

/** The account: its customers, invoices and invoice items, by id. */
export class Records {
  #all = new Map<string, Json>()
  #deleted = new Set<string>()
  #made = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.reset()
  }

  reset(): void {
    this.#all = new Map()
    this.#deleted = new Set()
    this.#made = 0
    seed(record => this.#all.set(String(record.id), record))
  }

  /** Epoch seconds. */
  now(): number {
    return wholeSeconds(this.#now())
  }

  create(kind: Kind, values: Json): Json {
    this.#made++
    const record = { id: `${kind}_made${String(this.#made).padStart(6, '0')}`, ...values }
    this.#all.set(record.id, record)
    return record
  }

  find(kind: Kind, id: string): Json | undefined {
    return id.startsWith(`${kind}_`) ? this.#all.get(id) : undefined
  }

  isDeleted(id: string): boolean {
    return this.#deleted.has(id)
  }

  delete(id: string): void {
    this.#all.delete(id)
    this.#deleted.add(id)
  }

  /** Newest first; of the same second, the one made last comes first. */
  all(kind: Kind): Json[] {
    return [...this.#all.values()]
      .filter(record => String(record.id).startsWith(`${kind}_`))
      .reverse()
      .sort((a, b) => Number(b.created ?? b.date) - Number(a.created ?? a.date))
  }
}
