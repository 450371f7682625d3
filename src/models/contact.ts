import { date, type Model, shared, text } from './field.ts'

/** A person in the customer's CRM. */
export const contacts: Model = {
  name: 'contacts',
  singular: 'contact',
  description: 'People in the customer’s CRM.',
  fields: {
    id: shared.id,
    first_name: text('Given name.', 'Ada'),
    last_name: text('Family name.', 'Lovelace'),
    name: text(
      'Full name. Names are never split by guessing: where a provider has only this, the parts are absent.',
      'Ada Lovelace',
    ),
    title: text('Job title.', 'Engineer'),
    department: text('Department.', 'Engineering'),
    emails: shared.emails,
    phone_numbers: shared.phone_numbers,
    addresses: shared.addresses,
    company_id: text('Id of the company the contact belongs to.', '9001'),
    company_name: text('Name of that company.', 'Analytical Engines'),
    owner_id: shared.owner_id,
    birthday: date('Date of birth (YYYY-MM-DD).', '1985-12-10'),
    description: shared.description,
    tags: shared.tags,
    websites: shared.websites,
    custom_fields: shared.custom_fields,
    created_at: shared.created_at,
    updated_at: shared.updated_at,
  },
  filters: {
    email: 'emails.email',
    name: 'name',
    company_id: 'company_id',
    owner_id: 'owner_id',
    created_after: 'created_at',
    updated_after: 'updated_at',
  },
  sorts: ['created_at', 'updated_at', 'first_name', 'last_name', 'name'],
}
