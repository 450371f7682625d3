import { invalid, notFound, refuse } from './errors.ts'
import { Links } from './links.ts'
import { stages } from './pipelines.ts'
import { findProperty } from './property-table.ts'
import { seed } from './seed.ts'
import { type ObjectType, types } from './types.ts'
import { instant } from './values.ts'

export interface Stored {
  id: string
  /** Never an empty string: what is cleared is gone. */
  properties: Record<string, string>
  /** Epoch milliseconds, as are the other two. */
  createdAt: number
  updatedAt: number
  archivedAt?: number
}

type Shelves = Record<ObjectType, Map<string, Stored>>

/** The account: its records by type and id, and what they are associated with. */
export class Records {
  #shelves: Shelves = { contacts: new Map(), companies: new Map(), deals: new Map() }
  links = new Links()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.reset()
  }

  reset(): void {
    this.#shelves = { contacts: new Map(), companies: new Map(), deals: new Map() }
    this.links = new Links()
    seed((type, record) => this.#shelves[type].set(record.id, record), this.links)
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
  all(type: ObjectType, archived = false): Stored[] {
    return [...this.#shelves[type].values()].filter(record => (record.archivedAt !== undefined) === archived)
  }

  find(type: ObjectType, id: string, archived = false): Stored {
    const record = this.#shelves[type].get(id)
    return record && (record.archivedAt !== undefined) === archived ? record : notFound()
  }

  /** By the one property beside the id that is unique, the email of a contact. */
  findByEmail(email: string): Stored | undefined {
    return this.all('contacts').find(record => record.properties.email === email.toLowerCase())
  }

  create(type: ObjectType, values: Record<string, string>): Stored {
    this.#refuseDuplicate(type, values)
    const createdAt = this.#now()
    const id = String(1 + Math.max(...[...this.#shelves[type].keys()].map(Number)))
    const record: Stored = { id, properties: {}, createdAt, updatedAt: createdAt }
    assign(record, { ...onCreate(type, values), ...values, ...onStage(record, values) })
    this.#shelves[type].set(id, record)
    return record
  }

  change(type: ObjectType, record: Stored, values: Record<string, string>): void {
    this.#refuseDuplicate(type, values, record)
    assign(record, { ...values, ...onStage(record, values) })
    this.touch(record)
  }

  /** An archived record keeps its values and loses its associations; archiving it again changes nothing. */
  archive(type: ObjectType, id: string): void {
    const record = this.#shelves[type].get(id)
    if (record === undefined || record.archivedAt !== undefined) return
    this.links.drop({ type, id })
    this.touch(record)
    record.archivedAt = record.updatedAt
  }

  /** Moves the time of the last change forward, also when the clock has not moved. */
  touch(record: Stored): void {
    record.updatedAt = Math.max(this.#now(), record.updatedAt + 1)
  }

  #refuseDuplicate(type: ObjectType, values: Record<string, string>, self?: Stored): void {
    if (type !== 'contacts' || !values.email) return
    const other = this.findByEmail(values.email)
    if (other && other !== self) refuse(409, 'CONFLICT', `Contact already exists. Existing ID: ${other.id}`)
  }

  /** A property as HubSpot answers it: a string, null where there is no value, undefined where no such property is. */
  value(type: ObjectType, record: Stored, name: string): string | null | undefined {
    if (findProperty(type, name) === undefined) return undefined
    if (name === 'hs_object_id') return record.id
    if (name === 'createdate') return instant(record.createdAt)
    if (name === types[type].modified) return instant(record.updatedAt)
    if (name === 'associatedcompanyid') return this.links.primary({ type, id: record.id })
    return (type === 'deals' ? stageValue(record, name) : undefined) ?? record.properties[name] ?? null
  }
}

function assign(record: Stored, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === '') delete record.properties[name]
    else record.properties[name] = value
  }
}

/** What HubSpot fills in by itself on create: recorded for contacts and companies. */
function onCreate(type: ObjectType, values: Record<string, string>): Record<string, string> {
  if (type === 'deals') return {}
  return { lifecyclestage: 'lead', ...(type === 'companies' && values.domain && { website: values.domain }) }
}

/** A stage belongs to a pipeline, so a deal that is given a stage stands in one. */
function onStage(record: Stored, values: Record<string, string>): Record<string, string> {
  if (!values.dealstage || values.pipeline) return {}
  if (values.pipeline === '') return invalid('A deal stage cannot be set without its pipeline')
  return { pipeline: record.properties.pipeline ?? 'default' }
}

function stageValue(record: Stored, name: string): string | undefined {
  const stage = stages.find(found => found.id === record.properties.dealstage)
  if (name === 'hs_is_closed') return stage?.isClosed ?? 'false'
  if (name === 'hs_is_closed_won') return String(stage?.id === 'closedwon')
  if (name === 'hs_deal_stage_probability') return stage?.probability
  return undefined
}
