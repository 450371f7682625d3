import type { Unified } from '../../src/mapping/read.ts'
import { companies, deals, owners, people } from '../people.ts'

/** What seeds point to: ids of other records, and words that only a provider knows, such as its stages. */
export interface Pointing {
  /** The id of a record of a model, by its number from 1. */
  id(model: string, number: number | undefined): string | undefined
  /** One of the provider's own words for a field, as its fixtures have them. */
  word(field: string, number: number | undefined): string | undefined
}
type Seed = (pointing: Pointing) => Unified[]

const DAY = 86_400_000
const later = (time: string, days: number): string => new Date(Date.parse(time) + days * DAY).toISOString()
const ownerOf = ({ word }: Pointing, key: number | undefined): string | undefined =>
  key === undefined ? undefined : word('owner_id', key)
interface Placed {
  readonly street?: string
  readonly city?: string
  readonly state?: string
  readonly postal_code?: string
  readonly country?: string
}
const addressOf = ({ street, city, state, postal_code, country }: Placed) =>
  street === undefined ? undefined : [{ street_1: street, city, state, postal_code, country }]
const listed = (...elements: ({ [member: string]: unknown } | undefined)[]) =>
  elements.filter(element => element !== undefined)
const withType = (member: string, value: string | undefined, type?: string) =>
  value === undefined ? undefined : { [member]: value, ...(type !== undefined && { type }) }

const contacts: Seed = pointing =>
  people.map(person => ({
    first_name: person.first_name,
    last_name: person.last_name,
    name: [person.first_name, person.last_name].filter(Boolean).join(' '),
    title: person.title,
    department: person.department,
    emails: listed(withType('email', person.email)),
    phone_numbers: listed(
      withType('number', person.phone, 'work'),
      withType('number', person.mobile, 'mobile'),
      withType('number', person.fax, 'fax'),
    ),
    addresses: addressOf(person),
    company_id: pointing.id('companies', person.company),
    company_name: companies[(person.company ?? 0) - 1]?.name,
    owner_id: ownerOf(pointing, person.owner),
    birthday: person.birthday,
    description: person.description,
    tags: person.tier ? [person.tier] : undefined,
    websites: listed(withType('url', person.website, 'other'), withType('url', person.linkedin, 'linkedin')),
    custom_fields: person.tier ? { tier: person.tier } : undefined,
    created_at: person.created_at,
    updated_at: person.updated_at,
  }))

const firms: Seed = pointing =>
  companies.map(company => ({
    name: company.name,
    domain: company.domain,
    industry: company.industry,
    employee_count: company.employees,
    annual_revenue: company.annual_revenue,
    currency: 'USD',
    phone_numbers: listed(withType('number', company.phone)),
    addresses: addressOf(company),
    websites: listed(withType('url', `https://${company.domain}`, 'other')),
    parent_id: undefined,
    tags: undefined,
    custom_fields: undefined,
    owner_id: ownerOf(pointing, company.owner),
    description: company.description,
    created_at: company.created_at,
    updated_at: company.updated_at,
  }))

const opportunities: Seed = pointing =>
  deals.map(deal => ({
    name: deal.name,
    amount: deal.amount,
    currency: deal.currency,
    status: deal.status,
    probability: { open: 20 * (deal.stage + 1), won: 100, lost: 0 }[deal.status],
    stage_id: pointing.word('stage_id', deal.stage + 1),
    pipeline_id: pointing.word('pipeline_id', 1),
    close_date: deal.close_date,
    company_id: pointing.id('companies', deal.company),
    contact_id: pointing.id('contacts', deal.person),
    owner_id: ownerOf(pointing, deal.owner),
    lost_reason: deal.status === 'lost' ? 'Price' : undefined,
    description: deal.description,
    tags: undefined,
    custom_fields: undefined,
    created_at: deal.created_at,
    updated_at: deal.updated_at,
  }))

/** Tickets that people wrote about the deals they have. */
const tickets: Seed = ({ id, word }) =>
  deals.map(deal => {
    const isClosed = deal.status !== 'open'
    return {
      number: id('tickets', deal.key),
      title: `Question about ${deal.name}`,
      description: deal.description ?? 'Please call back.',
      type: word('type', deal.key),
      status: isClosed ? 'closed' : 'open',
      priority: (['low', 'normal', 'high', 'urgent'] as const)[deal.key % 4],
      assignee_id: word('assignee_id', deal.owner),
      creator_id: word('creator_id', 1 + (deal.key % owners.length)),
      collection_id: word('collection_id', 1),
      tags: deal.key % 3 === 0 ? ['question'] : undefined,
      due_date: deal.close_date,
      completed_at: isClosed ? deal.updated_at : undefined,
      created_at: deal.created_at,
      updated_at: deal.updated_at,
    }
  })

/** One invoice for each of the first people; its lines and sums are those of the fixtures. */
const BILLED = 40
const invoices: Seed = ({ id }) =>
  people.slice(0, BILLED).map((person, i) => {
    const status = (['draft', 'open', 'paid', 'void', 'uncollectible'] as const)[i % 5]
    const due = later(person.created_at, 30).slice(0, 10)
    return {
      number: status === 'draft' ? undefined : `K-${String(person.key).padStart(4, '0')}`,
      customer_id: id('contacts', person.key),
      customer_name: [person.first_name, person.last_name].filter(Boolean).join(' '),
      status,
      issue_date: status === 'draft' ? undefined : later(person.created_at, 1).slice(0, 10),
      due_date: i % 2 === 1 ? due : undefined,
      memo: `Order ${person.key}`,
      created_at: person.created_at,
      updated_at: person.updated_at,
    }
  })

/**
 * The same people, companies and deals at every provider, as records of ours. What a fixture holds in a field that is
 * not named here stays, so that sums still suit their lines.
 */
export const seeds: Readonly<Record<string, Seed>> = {
  contacts,
  companies: firms,
  deals: opportunities,
  tickets,
  invoices,
}
