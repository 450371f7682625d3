import { type Company, companies, type Deal, deals, type Person, people } from '../people.ts'
import { findKind, type Links } from './links.ts'
import { ownerId } from './owners.ts'
import { stages } from './pipelines.ts'
import type { Stored } from './records.ts'
import type { ObjectType } from './types.ts'
import { instant } from './values.ts'

const contactId = (key: number): string => String(1_000 + key)
const companyId = (key: number): string => String(9_000 + key)
const dealId = (key: number): string => String(5_000 + key)

const INDUSTRY: Record<string, string> = {
  SOFTWARE: 'COMPUTER_SOFTWARE',
  LOGISTICS: 'LOGISTICS_AND_SUPPLY_CHAIN',
  FOOD: 'FOOD_BEVERAGES',
  HEALTH: 'HOSPITAL_HEALTH_CARE',
}

function stored(id: string, of: { created_at: string; updated_at: string }, values: Record<string, unknown>): Stored {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return {
    id,
    properties: Object.fromEntries(present.map(([name, value]) => [name, String(value)])),
    createdAt: Date.parse(of.created_at),
    updatedAt: Date.parse(of.updated_at),
  }
}

const contactOf = (person: Person): Stored =>
  stored(contactId(person.key), person, {
    email: person.email,
    firstname: person.first_name,
    lastname: person.last_name,
    jobtitle: person.title,
    company: companies.find(company => company.key === person.company)?.name,
    phone: person.phone,
    mobilephone: person.mobile,
    fax: person.fax,
    address: person.street,
    city: person.city,
    state: person.state,
    zip: person.postal_code,
    country: person.country,
    website: person.website,
    hs_linkedin_url: person.linkedin,
    date_of_birth: person.birthday,
    hubspot_owner_id: person.owner && ownerId(person.owner),
    lifecyclestage: 'lead',
    tier: person.tier,
  })

const companyOf = (company: Company): Stored =>
  stored(companyId(company.key), company, {
    name: company.name,
    domain: company.domain,
    website: company.domain,
    description: company.description,
    industry: company.industry && INDUSTRY[company.industry],
    numberofemployees: company.employees,
    annualrevenue: company.annual_revenue,
    phone: company.phone,
    address: company.street,
    city: company.city,
    state: company.state,
    zip: company.postal_code,
    country: company.country,
    hubspot_owner_id: ownerId(company.owner),
    lifecyclestage: 'lead',
    fleet_size: company.key % 4 === 0 ? company.key : undefined,
  })

const dealOf = (deal: Deal): Stored =>
  stored(dealId(deal.key), deal, {
    dealname: deal.name,
    amount: deal.amount,
    deal_currency_code: deal.currency,
    dealstage: stages[deal.stage]?.id,
    pipeline: 'default',
    closedate: deal.close_date && instant(Date.parse(deal.close_date)),
    closed_lost_reason: deal.status === 'lost' ? 'Price' : undefined,
    description: deal.description,
    hubspot_owner_id: ownerId(deal.owner),
  })

/** Puts the people, companies and deals of sandbox/people.ts on the shelves, as HubSpot would hold them. */
export function seed(put: (type: ObjectType, record: Stored) => void, links: Links): void {
  for (const company of companies) put('companies', companyOf(company))
  for (const person of people) put('contacts', contactOf(person))
  for (const deal of deals) put('deals', dealOf(deal))
  const link = (type: ObjectType, id: string, to: ObjectType, toId: string, typeId: number) =>
    links.add({ type, id }, { type: to, id: toId }, findKind(typeId)!)
  for (const { key, company } of people)
    if (company) link('contacts', contactId(key), 'companies', companyId(company), 1)
  for (const { key, company, person } of deals) {
    if (company) link('deals', dealId(key), 'companies', companyId(company), 5)
    if (person) link('deals', dealId(key), 'contacts', contactId(person), 3)
  }
}
