import { type Context, Hono } from 'hono'
import { invalid, type Json } from './errors.ts'
import { customFields, type Entity } from './field-table.ts'
import { pageOf, paging } from './paging.ts'
import { stages } from './pipelines.ts'
import { flag, integer, list, oneOf, readQuery, text } from './query.ts'
import type { Records, Stored } from './records.ts'

/** Custom fields of these types are searched: specs/pipedrive/v2.yaml#/paths/~1persons~1search/get/parameters */
const SEARCHABLE = ['address', 'varchar', 'text', 'varchar_auto', 'double', 'monetary', 'phone']

type Texts = (record: Stored, entity: Entity) => unknown[]

const values = (list: unknown): unknown[] => (list as { value: unknown }[]).map(({ value }) => value)

/** Where a search looks, by the names of `fields`. Notes of organizations and deals are records of v1 alone. */
const PLACES = {
  name: ({ values }) => [values.name],
  title: ({ values }) => [values.title],
  email: record => values(record.values.emails),
  phone: record => values(record.values.phones),
  notes: ({ values }) => [values.notes],
  address: ({ values }) => [(values.address as Json | null)?.value],
  custom_fields: (record, entity) =>
    customFields(entity)
      .filter(field => SEARCHABLE.includes(field.type))
      .map(field => record.custom[field.code]),
} as const satisfies Record<string, Texts>

type Place = keyof typeof PLACES

interface Match {
  record: Stored
  score: number
  /** The custom values and notes that matched. */
  found: Partial<Record<Place, string[]>>
}

interface Query {
  term?: string | undefined
  fields?: Place[] | undefined
  exact_match?: boolean | undefined
}

function readTerm({ term = '', exact_match = false }: Query): string {
  const least = exact_match ? 1 : 2
  if (term.trim().length < least) return invalid(`term: must be at least ${least} characters long`)
  return term.trim().toLowerCase()
}

/** Case does not matter; a match is worth the share of the text that it covers. */
function match(entity: Entity, record: Stored, places: readonly Place[], term: string, exact: boolean): Match[] {
  const found: Match['found'] = {}
  let score = 0
  for (const place of places) {
    const texts = PLACES[place](record, entity)
      .filter(value => value !== null && value !== undefined)
      .map(String)
    const hits = texts.filter(one => (exact ? one.toLowerCase() === term : one.toLowerCase().includes(term)))
    if (hits.length > 0) found[place] = hits
    for (const hit of hits) score = Math.max(score, Math.round((10_000 * term.length) / hit.length) / 10_000)
  }
  return score > 0 ? [{ record, score, found }] : []
}

function named(records: Records, entity: Entity, id: unknown) {
  const record = records.all(entity).find(one => one.id === id)
  return record ? { id: record.id, name: record.values.name } : null
}

const addressOf = (record: Stored | undefined): unknown => (record?.values.address as Json | null)?.value ?? null

function itemOf(records: Records, entity: Entity, { record, found }: Match): Json {
  const { values: kept, id } = record
  const custom_fields = found.custom_fields ?? []
  const shared = {
    id,
    visible_to: kept.visible_to,
    owner: { id: kept.owner_id },
    custom_fields,
    notes: found.notes ?? [],
  }
  const organization = named(records, 'organizations', kept.org_id)
  if (entity === 'organizations')
    return { ...shared, type: 'organization', name: kept.name, address: addressOf(record) }
  if (entity === 'persons')
    return {
      ...shared,
      type: 'person',
      name: kept.name,
      phones: values(kept.phones),
      emails: values(kept.emails),
      organization: organization && {
        ...organization,
        address: addressOf(records.find('organizations', organization.id)),
      },
    }
  const { title, value, currency, status, is_archived } = kept
  const stage = stages.find(one => one.id === kept.stage_id)
  return {
    ...shared,
    ...{ type: 'deal', title, value, currency, status, is_archived, organization },
    stage: stage && { id: stage.id, name: stage.name },
    person: named(records, 'persons', kept.person_id),
  }
}

const common = { ...paging, term: text, exact_match: flag }
const PERSON_PLACES = ['custom_fields', 'email', 'notes', 'phone', 'name'] as const
const ORGANIZATION_PLACES = ['address', 'custom_fields', 'notes', 'name'] as const
const DEAL_PLACES = ['custom_fields', 'notes', 'title'] as const

/** The parameters of each search: specs/pipedrive/v2.yaml#/paths/~1persons~1search/get, and its twins. */
const readers = {
  persons: {
    ...common,
    fields: list(oneOf<Place>(...PERSON_PLACES)),
    organization_id: integer,
    include_fields: oneOf('person.picture'),
  },
  organizations: { ...common, fields: list(oneOf<Place>(...ORGANIZATION_PLACES)) },
  deals: {
    ...common,
    fields: list(oneOf<Place>(...DEAL_PLACES)),
    person_id: integer,
    organization_id: integer,
    status: oneOf('open', 'won', 'lost'),
    include_fields: oneOf('deal.cc_email'),
  },
}
const places: Record<Entity, readonly Place[]> = {
  persons: PERSON_PLACES,
  organizations: ORGANIZATION_PLACES,
  deals: DEAL_PLACES,
}

function search(c: Context, records: Records, entity: Entity) {
  const asked: Query & Json & { limit?: number | undefined; cursor?: string | undefined } = readQuery(
    c,
    readers[entity],
  )
  const term = readTerm(asked)
  const held = { org_id: asked.organization_id, person_id: asked.person_id, status: asked.status }
  const matches = records
    .living(entity)
    .filter(({ values }) => Object.entries(held).every(([name, want]) => want === undefined || values[name] === want))
    .flatMap(record => match(entity, record, asked.fields ?? places[entity], term, asked.exact_match ?? false))
  const order = {
    field: 'result_score',
    direction: 'desc',
    valueOf: ({ score }: Match) => score,
    idOf: ({ record }: Match) => -record.id,
  } as const
  const { data, additional_data } = pageOf(matches, order, asked)
  const items = data.map(found => ({ result_score: found.score, item: itemOf(records, entity, found) }))
  return c.json({ success: true, data: { items }, additional_data })
}

/** `GET /persons/search`, `/organizations/search` and `/deals/search`. */
export const searches = (records: Records): Hono =>
  new Hono()
    .get('/persons/search', c => search(c, records, 'persons'))
    .get('/organizations/search', c => search(c, records, 'organizations'))
    .get('/deals/search', c => search(c, records, 'deals'))
