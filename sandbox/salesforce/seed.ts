import { type Company, companies, type Deal, deals, type Owner, owners, type Person, people } from '../people.ts'
import { idOf } from './ids.ts'
import { type ObjectName, objects } from './objects.ts'
import type { Stored } from './records.ts'
import { stages } from './stages.ts'

const BORN = '2024-11-01T09:00:00Z'

const keyed = (type: ObjectName, key: number): string => idOf(objects[type].prefix, key)

function stored(
  type: ObjectName,
  key: number,
  of: { created_at: string; updated_at: string },
  values: Record<string, string | number | boolean | undefined>,
): Stored {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return {
    type,
    id: keyed(type, key),
    values: Object.fromEntries(present) as Stored['values'],
    createdAt: Date.parse(of.created_at),
    updatedAt: Date.parse(of.updated_at),
    deleted: false,
  }
}

const INDUSTRY: Record<string, string> = {
  SOFTWARE: 'Technology',
  LOGISTICS: 'Transportation',
  FOOD: 'Food & Beverage',
  HEALTH: 'Healthcare',
}

const userOf = (owner: Owner): Stored =>
  stored(
    'User',
    owner.key,
    { created_at: BORN, updated_at: BORN },
    {
      Username: owner.email,
      FirstName: owner.first_name,
      LastName: owner.last_name,
      Email: owner.email,
      IsActive: true,
      UserType: 'Standard',
    },
  )

const accountOf = (company: Company): Stored =>
  stored('Account', company.key, company, {
    Name: company.name,
    Website: `https://${company.domain}`,
    Industry: company.industry && INDUSTRY[company.industry],
    NumberOfEmployees: company.employees,
    AnnualRevenue: company.annual_revenue,
    Phone: company.phone,
    BillingStreet: company.street,
    BillingCity: company.city,
    BillingState: company.state,
    BillingPostalCode: company.postal_code,
    BillingCountry: company.country,
    Description: company.description,
    OwnerId: keyed('User', company.owner),
    Fleet_Size__c: company.key % 4 === 0 ? company.key : undefined,
  })

/** A person without an owner belongs to the first: Salesforce knows no record without one. */
const contactOf = (person: Person): Stored =>
  stored('Contact', person.key, person, {
    FirstName: person.first_name,
    LastName: person.last_name,
    AccountId: person.company && keyed('Account', person.company),
    Email: person.email,
    Phone: person.phone,
    MobilePhone: person.mobile,
    Fax: person.fax,
    Title: person.title,
    Department: person.department,
    MailingStreet: person.street,
    MailingCity: person.city,
    MailingState: person.state,
    MailingPostalCode: person.postal_code,
    MailingCountry: person.country,
    Birthdate: person.birthday,
    Description: person.description,
    OwnerId: keyed('User', person.owner ?? 1),
    Tier__c: person.tier,
  })

/** A close date is required, so a deal without one has the day of its creation. */
const opportunityOf = (deal: Deal): Stored => {
  const stage = stages[deal.stage]
  return stored('Opportunity', deal.key, deal, {
    Name: deal.name,
    Amount: deal.amount,
    StageName: stage?.name,
    Probability: stage?.probability,
    CloseDate: deal.close_date ?? deal.created_at.slice(0, 10),
    AccountId: deal.company && keyed('Account', deal.company),
    Description: deal.description,
    OwnerId: keyed('User', deal.owner),
  })
}

const roleOf = (deal: Deal, person: number, key: number): Stored =>
  stored('OpportunityContactRole', key, deal, {
    OpportunityId: keyed('Opportunity', deal.key),
    ContactId: keyed('Contact', person),
    Role: 'Decision Maker',
    IsPrimary: true,
  })

/** Puts the owners, people, companies and deals of sandbox/people.ts on the shelves, as Salesforce would hold them. */
export function seed(put: (record: Stored) => void): void {
  for (const record of [...owners.map(userOf), ...companies.map(accountOf), ...people.map(contactOf)]) put(record)
  for (const deal of deals) put(opportunityOf(deal))
  const withPerson = deals.flatMap(deal => (deal.person ? [{ deal, person: deal.person }] : []))
  for (const [i, { deal, person }] of withPerson.entries()) put(roleOf(deal, person, i + 1))
}
