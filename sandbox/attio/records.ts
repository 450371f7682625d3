import { type Attribute, attributes, inverseOf } from './attribute-table.ts'
import type { Data } from './contact-values.ts'
import { notFound, refuse } from './errors.ts'
import { idOf } from './ids.ts'
import { type ObjectSlug, slugs } from './object-table.ts'
import type { Shelf } from './references.ts'
import { seed } from './seed.ts'
import { instant } from './times.ts'
import { identityOf, missing, type Written } from './values.ts'

export const APP = { type: 'app', id: idOf('app', 1) }

export interface Value {
  /** Since when, in epoch milliseconds. */
  from: number
  data: Data
}

export interface Stored {
  id: string
  object: ObjectSlug
  /** Epoch milliseconds. There is no time of change: Attio dates each value instead. */
  createdAt: number
  /** By slug of the attribute; what is empty or kept at another record is not here. */
  values: Map<string, Value[]>
}

type Shelves = Record<ObjectSlug, Map<string, Stored>>
const emptyShelves = (): Shelves => ({ people: new Map(), companies: new Map(), deals: new Map() })

const refersTo =
  (id: string) =>
  ({ data }: Value): boolean =>
    data.target_record_id === id

const without = (values: readonly Value[], id: string): Value[] => values.filter(value => !refersTo(id)(value))

/** The workspace: its records by object and id. */
export class Records implements Shelf {
  #shelves = emptyShelves()
  #next: Record<ObjectSlug, number> = { people: 1, companies: 1, deals: 1 }
  #last = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.reset()
  }

  reset(): void {
    this.#shelves = emptyShelves()
    this.#last = 0
    seed(record => this.#shelves[record.object].set(record.id, record))
    for (const object of slugs) this.#next[object] = this.#shelves[object].size + 1
  }

  /** In the order of creation. */
  all(object: ObjectSlug): Stored[] {
    return [...this.#shelves[object].values()]
  }

  has(object: ObjectSlug, id: string): boolean {
    return this.#shelves[object].has(id)
  }

  find(object: ObjectSlug, id: string): Stored {
    return this.#shelves[object].get(id) ?? notFound('Record with ID', id)
  }

  holders(attribute: Attribute, data: Data): string[] {
    const wanted = identityOf(data)
    const holds = (record: Stored) => this.values(record, attribute).some(value => identityOf(value.data) === wanted)
    return this.all(attribute.object)
      .filter(holds)
      .map(({ id }) => id)
  }

  /** The values of an attribute, also of one that is kept elsewhere or nowhere. */
  values(record: Stored, attribute: Attribute): Value[] {
    const made = (data: Data): Value[] => [{ from: record.createdAt, data }]
    if (attribute.slug === 'record_id') return made({ value: record.id })
    if (attribute.slug === 'created_at') return made({ value: instant(record.createdAt) })
    if (attribute.slug === 'created_by') return made({ referenced_actor_type: APP.type, referenced_actor_id: APP.id })
    const inverse = attribute.derived && inverseOf(attribute)
    if (!inverse) return record.values.get(attribute.slug) ?? []
    return this.all(inverse.object).flatMap(other =>
      (other.values.get(inverse.slug) ?? [])
        .filter(refersTo(record.id))
        .map(({ from }) => ({ from, data: { target_object: other.object, target_record_id: other.id } })),
    )
  }

  create(object: ObjectSlug, written: Written): Stored {
    for (const attribute of attributes[object]) if (attribute.required && !written.has(attribute)) missing(attribute)
    this.#refuseTaken(written)
    const record = { id: idOf(object, this.#next[object]), object, createdAt: this.#tick(), values: new Map() }
    this.#next[object] += 1
    this.#shelves[object].set(record.id, record)
    for (const [attribute, data] of written) this.#write(record, attribute, data, record.createdAt)
    return record
  }

  /** Overwrites, but for the multiselect attributes that `adds` names: to those the new values are prepended. */
  change(record: Stored, written: Written, adds: (attribute: Attribute) => boolean): void {
    this.#refuseTaken(written, record)
    const at = this.#tick()
    for (const [attribute, data] of written) {
      const kept = attribute.multiselect && adds(attribute) ? this.values(record, attribute) : []
      const known = new Set(kept.map(value => identityOf(value.data)))
      const added = data.filter(value => !known.has(identityOf(value)))
      this.#write(record, attribute, [...added, ...kept.map(value => value.data)], at)
    }
  }

  /** Removes a record, and every reference to it. */
  remove(record: Stored): void {
    this.#shelves[record.object].delete(record.id)
    for (const other of slugs.flatMap(object => this.all(object)))
      for (const [slug, values] of [...other.values]) keep(other, slug, without(values, record.id))
  }

  /** The clock, moved on for every write. */
  #tick(): number {
    this.#last = Math.max(this.#now(), this.#last + 1)
    return this.#last
  }

  #write(record: Stored, attribute: Attribute, list: Data[], at: number): void {
    const inverse = attribute.derived && inverseOf(attribute)
    if (inverse) {
      this.#relate(record, inverse, list, at)
      return
    }
    const before = record.values.get(attribute.slug) ?? []
    const same = (data: Data) => before.find(value => JSON.stringify(value.data) === JSON.stringify(data))
    keep(
      record,
      attribute.slug,
      list.map(data => same(data) ?? { from: at, data }),
    )
  }

  /** Writes a relationship at its other end, where it is kept. */
  #relate(record: Stored, inverse: Attribute, list: Data[], at: number): void {
    const wanted = new Set(list.map(data => data.target_record_id))
    for (const other of this.all(inverse.object)) {
      const values = other.values.get(inverse.slug) ?? []
      const related = values.some(refersTo(record.id))
      if (related === wanted.has(other.id)) continue
      const rest = inverse.multiselect || related ? without(values, record.id) : []
      const data = { target_object: record.object, target_record_id: record.id }
      keep(other, inverse.slug, related ? rest : [{ from: at, data }, ...rest])
    }
  }

  #refuseTaken(written: Written, self?: Stored): void {
    for (const [attribute, list] of written)
      for (const data of attribute.unique ? list : [])
        if (this.holders(attribute, data).some(id => id !== self?.id))
          refuse(400, 'uniqueness_conflict', `The value ${Object.values(data)[0]} of "${attribute.slug}" is taken.`)
  }
}

function keep(record: Stored, slug: string, values: Value[]): void {
  if (values.length > 0) record.values.set(slug, values)
  else record.values.delete(slug)
}
