import { type Json, notFound } from './errors.ts'
import { ENTITIES, type Entity } from './field-table.ts'
import { seed } from './seed.ts'

export interface Stored {
  id: number
  /** The members of the record as Pipedrive answers them, but for those below. */
  values: Json
  /** By the code of the field. */
  custom: Json
  /** Epoch milliseconds of whole seconds, as is the other. */
  addedAt: number
  updatedAt: number
  deleted: boolean
}

export interface Write {
  values: Json
  custom: Json
  addedAt?: number
  deleted?: boolean
}

const wholeSecond = (millis: number): number => Math.floor(millis / 1_000) * 1_000

/** The account: its persons, organizations and deals by id. */
export class Records {
  #shelves = new Map<Entity, Map<number, Stored>>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.reset()
  }

  reset(): void {
    this.#shelves = new Map(ENTITIES.map(entity => [entity, new Map()]))
    seed((entity, record) => this.#shelf(entity).set(record.id, record))
  }

  #shelf(entity: Entity): Map<number, Stored> {
    return this.#shelves.get(entity)!
  }

  now(): number {
    return wholeSecond(this.#now())
  }

  /** Also those that are deleted: they are kept for 30 days. */
  all(entity: Entity): Stored[] {
    return [...this.#shelf(entity).values()]
  }

  living(entity: Entity): Stored[] {
    return this.all(entity).filter(record => !record.deleted)
  }

  find(entity: Entity, id: number): Stored {
    return this.#shelf(entity).get(id) ?? notFound()
  }

  has(entity: Entity, id: unknown): boolean {
    return this.living(entity).some(record => record.id === id)
  }

  create(entity: Entity, { values, custom, addedAt = this.now(), deleted = false }: Write): Stored {
    const id = 1 + Math.max(...this.#shelf(entity).keys())
    const record = { id, values, custom, addedAt, updatedAt: this.now(), deleted }
    this.#shelf(entity).set(id, record)
    return record
  }

  change(record: Stored, { values, custom, deleted = record.deleted }: Write): void {
    Object.assign(record.values, values)
    Object.assign(record.custom, custom)
    record.deleted = deleted
    this.#touch(record)
  }

  /** A deleted record keeps its values, and others stay linked to it. */
  delete(record: Stored): void {
    record.deleted = true
    this.#touch(record)
  }

  /** Moves the time of the last change forward, by a second at least, which is as fine as Pipedrive tells it. */
  #touch(record: Stored): void {
    record.updatedAt = Math.max(this.now(), record.updatedAt + 1_000)
  }
}
