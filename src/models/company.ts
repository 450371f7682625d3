import { type Model, number, shared, text } from './field.ts'

/** A company or organization in the customer's CRM. */
export const companies: Model = {
  name: 'companies',
  singular: 'company',
  description: 'Companies in the customer’s CRM.',
  fields: {
    id: shared.id,
    name: text('Name of the company.', 'Analytical Engines'),
    domain: text('The company’s main domain name.', 'analytical-engines.example'),
    industry: text('Industry, in the provider’s words.', 'Software'),
    employee_count: number('Number of employees.', 120, [0, 1e9]),
    annual_revenue: number('Revenue a year, in units of `currency`.', 1_500_000),
    currency: text('ISO 4217 code of the currency of `annual_revenue`.', 'USD'),
    phone_numbers: shared.phone_numbers,
    addresses: shared.addresses,
    websites: shared.websites,
    parent_id: text('Id of the parent company.', '9002'),
    owner_id: shared.owner_id,
    description: shared.description,
    tags: shared.tags,
    custom_fields: shared.custom_fields,
    created_at: shared.created_at,
    updated_at: shared.updated_at,
  },
  filters: {
    name: 'name',
    domain: 'domain',
    owner_id: 'owner_id',
    created_after: 'created_at',
    updated_after: 'updated_at',
  },
  sorts: ['created_at', 'updated_at', 'name'],
}
