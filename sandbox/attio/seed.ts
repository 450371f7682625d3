import { type Company, companies, type Deal, deals, type Person, people } from '../people.ts'
import { findAttribute } from './attribute-table.ts'
import { type Data, domainOf, emailOf, locationOf, nameOf, phoneOf } from './contact-values.ts'
import { idOf } from './ids.ts'
import { memberId } from './members.ts'
import type { ObjectSlug } from './object-table.ts'
import type { Stored } from './records.ts'

type Row = { key: number; created_at: string }

/** An empty member, or a list with one, has no value. */
type Values = Record<string, (Data | undefined)[]>

function stored(object: ObjectSlug, { key, created_at }: Row, values: Values): Stored {
  const from = Date.parse(created_at)
  const kept = Object.entries(values).flatMap(([slug, list]) => {
    const present = list.filter(data => data !== undefined)
    return present.length > 0 ? [[slug, present.map(data => ({ from, data }))] as const] : []
  })
  return { id: idOf(object, key), object, createdAt: from, values: new Map(kept) }
}

const value = (given: string | number | undefined): Data[] => (given === undefined ? [] : [{ value: given }])

const to = (object: ObjectSlug, key: number | undefined): Data[] =>
  key === undefined ? [] : [{ target_object: object, target_record_id: idOf(object, key) }]

/** An option of a select, by its place among them. */
function option(object: ObjectSlug, slug: string, place: number): Data[] {
  const choice = findAttribute(object, slug)?.choices[place]
  return choice ? [{ option: choice.id }] : []
}

/** The first of the steps that a number does not exceed. */
const placeOf = (steps: readonly number[], number: number | undefined): number =>
  number === undefined ? -1 : steps.findIndex(step => number <= step)

const addressOf = (of: Person | Company): Data | undefined =>
  of.city === undefined
    ? undefined
    : locationOf({
        line_1: of.street ?? null,
        line_2: null,
        line_3: null,
        line_4: null,
        locality: of.city,
        region: of.state ?? null,
        postcode: of.postal_code ?? null,
        country_code: of.country_code ?? null,
        latitude: null,
        longitude: null,
      })

const personOf = (person: Person): Stored =>
  stored('people', person, {
    name: [nameOf({ first_name: person.first_name ?? '', last_name: person.last_name })],
    email_addresses: [emailOf(person.email)],
    description: value(person.description),
    company: to('companies', person.company),
    job_title: value(person.title),
    phone_numbers: [phoneOf(person.phone), phoneOf(person.mobile)],
    primary_location: [addressOf(person)],
    linkedin: value(person.linkedin),
    tier: option('people', 'tier', ['gold', 'silver', 'bronze'].indexOf(person.tier ?? '')),
  })

const companyOf = (company: Company): Stored =>
  stored('companies', company, {
    domains: [domainOf(company.domain)],
    name: value(company.name),
    description: value(company.description),
    categories: option(
      'companies',
      'categories',
      ['SOFTWARE', 'LOGISTICS', 'FOOD', 'HEALTH'].indexOf(company.industry ?? ''),
    ),
    primary_location: [addressOf(company)],
    estimated_arr_usd: option('companies', 'estimated_arr_usd', placeOf([999_999, 1e7, 5e7], company.annual_revenue)),
    employee_range: option('companies', 'employee_range', placeOf([10, 50, 250, 1_000, 5_000], company.employees)),
    fleet_size: value(company.key % 4 === 0 ? company.key : undefined),
  })

/** Four open stages are two here. */
const STAGES = [0, 0, 1, 1, 2, 3]

/** Each amount keeps the currency it was stored in, which every value of the type tells; new ones are in USD. */
const dealOf = (deal: Deal): Stored =>
  stored('deals', deal, {
    name: value(deal.name),
    stage: [{ status: findAttribute('deals', 'stage')!.choices[STAGES[deal.stage]!]!.id }],
    owner: [{ referenced_actor_type: 'workspace-member', referenced_actor_id: memberId(deal.owner) }],
    value: deal.amount === undefined ? [] : [{ currency_value: deal.amount, currency_code: deal.currency }],
    associated_people: to('people', deal.person),
    associated_company: to('companies', deal.company),
  })

/** Puts the people, companies and deals of sandbox/people.ts on the shelves, as Attio would hold them. */
export function seed(put: (record: Stored) => void): void {
  for (const company of companies) put(companyOf(company))
  for (const person of people) put(personOf(person))
  for (const deal of deals) put(dealOf(deal))
}
