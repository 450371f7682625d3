import { type Company, companies, type Deal, deals, type Person, people } from '../people.ts'
import { newDeal, settleDeal } from './deal-life.ts'
import type { Json } from './errors.ts'
import { type Entity, FLEET_SIZE, optionId, TIER } from './field-table.ts'
import { instant } from './instant.ts'
import { stages } from './pipelines.ts'
import type { Stored } from './records.ts'
import { SELF, userId } from './users.ts'
import { wholeAddress } from './values.ts'

const personId = (key: number): number => 1_000 + key
const organizationId = (key: number): number => 500 + key
const dealId = (key: number): number => 3_000 + key

/** Every record has an owner: where the data set names none, it is the user who brought it in. */
const ownerOf = (key: number | undefined): number => (key === undefined ? SELF : userId(key))

type Times = { created_at: string; updated_at: string }

const stored = (id: number, of: Times, values: Json, custom: Json = {}): Stored => ({
  id,
  values: { ...values, visible_to: 3, label_ids: [] },
  custom,
  addedAt: Date.parse(of.created_at),
  updatedAt: Date.parse(of.updated_at),
  deleted: false,
})

/** An address as Pipedrive holds it once its geocoder has been over it. */
function addressOf({ street, city, state, postal_code, country }: Person | Company) {
  const [, street_number, route = street] = /^(\d+) (.+)$/.exec(street ?? '') ?? []
  const town = [city, state, postal_code].filter(Boolean).join(' ')
  const value = [street, town, country].filter(Boolean).join(', ')
  const parts = { value, street_number, route, locality: city, admin_area_level_1: state, postal_code, country }
  return wholeAddress(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)), 'address')
}

const channels = (...all: [value: string | undefined, label: string][]) =>
  all.filter(([value]) => value !== undefined).map(([value, label], i) => ({ value, primary: i === 0, label }))

const personOf = (person: Person): Stored =>
  stored(
    personId(person.key),
    person,
    {
      name: [person.first_name, person.last_name].filter(Boolean).join(' '),
      first_name: person.first_name ?? null,
      last_name: person.last_name,
      owner_id: ownerOf(person.owner),
      org_id: person.company === undefined ? null : organizationId(person.company),
      emails: channels([person.email, 'work']),
      phones: channels([person.phone, 'work'], [person.mobile, 'mobile'], [person.fax, 'fax']),
      im: [],
      picture_id: null,
      postal_address: addressOf(person),
      notes: person.description ?? null,
      birthday: person.birthday ?? null,
      job_title: person.title ?? null,
    },
    { [TIER]: person.tier ? optionId('persons', TIER, person.tier) : null },
  )

const organizationOf = (company: Company): Stored =>
  stored(
    organizationId(company.key),
    company,
    {
      name: company.name,
      owner_id: ownerOf(company.owner),
      address: addressOf(company),
      website: `https://${company.domain}`,
      linkedin: null,
      industry: company.industry ? optionId('organizations', 'industry', company.industry) : null,
      annual_revenue: company.annual_revenue ?? null,
      employee_count: company.employees ?? null,
    },
    { [FLEET_SIZE]: company.key % 4 === 0 ? company.key : null },
  )

function dealOf(deal: Deal): Stored {
  const stage = stages[Math.min(deal.stage, 4)]!
  const written = {
    title: deal.name,
    creator_user_id: SELF,
    owner_id: ownerOf(deal.owner),
    value: deal.amount ?? 0,
    currency: deal.currency,
    status: deal.status,
    stage_id: stage.id,
    probability: deal.status === 'open' && deal.key % 2 === 0 ? stage.deal_probability : null,
    expected_close_date: deal.close_date ?? null,
    org_id: deal.company === undefined ? null : organizationId(deal.company),
    person_id: deal.person === undefined ? null : personId(deal.person),
    ...(deal.status === 'lost' && { lost_reason: 'Price' }),
  }
  const start = { ...newDeal(), stage_id: stage.id }
  return stored(dealId(deal.key), deal, {
    ...start,
    ...settleDeal(start, written, instant(Date.parse(deal.updated_at))),
  })
}

/** Puts the people, companies and deals of sandbox/people.ts on the shelves, as Pipedrive would hold them. */
export function seed(put: (entity: Entity, record: Stored) => void): void {
  for (const company of companies) put('organizations', organizationOf(company))
  for (const person of people) put('persons', personOf(person))
  for (const deal of deals) put('deals', dealOf(deal))
}
