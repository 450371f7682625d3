import { idOf } from './ids.ts'
import { findField, type ObjectName, objectNames, objects } from './objects.ts'
import { seed } from './seed.ts'
import { findStage } from './stages.ts'
import { spellTime, toSecond } from './times.ts'

export type Value = string | number | boolean | null
export type Values = Record<string, Value>

export interface Stored {
  type: ObjectName
  id: string
  /** What is null is not here. */
  values: Record<string, NonNullable<Value>>
  /** Epoch milliseconds, in whole seconds, as is the other. */
  createdAt: number
  updatedAt: number
  deleted: boolean
}

type Shelves = Record<ObjectName, Map<string, Stored>>

const emptyShelves = () => Object.fromEntries(objectNames.map(name => [name, new Map()])) as unknown as Shelves

/** The account: its records by object and id. */
export class Records {
  #shelves: Shelves = emptyShelves()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.reset()
  }

  reset(): void {
    this.#shelves = emptyShelves()
    seed(record => this.#shelves[record.type].set(record.id, record))
  }

  /** Does all of an act or nothing: records are as they were where it throws. */
  atOnce<T>(act: () => T): T {
    const before = structuredClone(this.#shelves)
    try {
      return act()
    } catch (error) {
      this.#shelves = before
      throw error
    }
  }

  /** In order of id. Ids only grow, so that is also the order in which the shelf was filled. */
  all(type: ObjectName): Stored[] {
    return [...this.#shelves[type].values()].filter(record => !record.deleted)
  }

  /** Also a deleted one, which is still told from one that never was. */
  get(type: ObjectName, id: string): Stored | undefined {
    return this.#shelves[type].get(id)
  }

  /** Who the token belongs to: the owner of what is created without one. */
  get caller(): string {
    return idOf(objects.User.prefix, 1)
  }

  create(type: ObjectName, values: Values): Stored {
    const shelf = this.#shelves[type]
    const at = toSecond(this.#now())
    const id = idOf(objects[type].prefix, shelf.size + 1)
    const record: Stored = { type, id, values: {}, createdAt: at, updatedAt: at, deleted: false }
    const owned = findField(type, 'OwnerId') ? { OwnerId: this.caller } : {}
    assign(record, { ...owned, ...values, ...onStage(record, values) })
    shelf.set(id, record)
    return record
  }

  change(record: Stored, values: Values): void {
    assign(record, { ...values, ...onStage(record, values) })
    this.#touch(record)
  }

  /** The record goes to the recycle bin, where neither queries nor reads find it. */
  remove(record: Stored): void {
    record.deleted = true
    this.#touch(record)
  }

  /** A field as Salesforce answers it: null where there is no value. */
  value(record: Stored, name: string): Value {
    const { type, values } = record
    switch (name) {
      case 'Id':
        return record.id
      case 'IsDeleted':
        return record.deleted
      case 'CreatedDate':
        return spellTime(record.createdAt)
      case 'LastModifiedDate':
      case 'SystemModstamp':
        return spellTime(record.updatedAt)
      case 'IsClosed':
        return findStage(values.StageName)?.closed ?? false
      case 'IsWon':
        return findStage(values.StageName)?.won ?? false
      case 'IsPrimary':
        return values.IsPrimary ?? false
      case 'Name':
        if (type === 'Contact' || type === 'User') return fullName(values)
        break
      case 'ContactId':
        if (type === 'Opportunity') return this.primaryRole(record.id)?.values.ContactId ?? null
    }
    return values[name] ?? null
  }

  rolesOf(opportunity: string): Stored[] {
    return this.all('OpportunityContactRole').filter(role => role.values.OpportunityId === opportunity)
  }

  primaryRole(opportunity: string): Stored | undefined {
    return this.rolesOf(opportunity).find(role => role.values.IsPrimary === true)
  }

  /** Moves the time of the last change forward, also when the clock has not moved. */
  #touch(record: Stored): void {
    record.updatedAt = Math.max(toSecond(this.#now()), record.updatedAt + 1000)
  }
}

const fullName = ({ FirstName, LastName }: Stored['values']): string =>
  [FirstName, LastName].filter(part => part !== undefined).join(' ')

function assign(record: Stored, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete record.values[name]
    else record.values[name] = value
  }
}

/** A new stage brings its probability, unless one is given with it. */
function onStage(record: Stored, values: Values): Values {
  const stage = findStage(values.StageName)
  if (!stage || 'Probability' in values || record.values.StageName === stage.name) return {}
  return { Probability: stage.probability }
}
