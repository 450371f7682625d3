/**
 * The first person of sandbox/people.ts as a contact of HubSpot, written by hand. HubSpot numbers people from 1001,
 * companies from 9001 and owners from 71; it has no department, birthday, description or tags that we could read.
 */
export const ada = {
  id: '1001',
  first_name: 'Ada',
  last_name: 'Lovelace',
  name: 'Ada Lovelace',
  title: 'Engineer',
  emails: [{ email: 'ada@analytical-engines.example' }],
  phone_numbers: [
    { number: '+44 20 7946 1001' },
    { number: '+44 7700 900001', type: 'mobile' },
    { number: '+44 20 7946 9001', type: 'fax' },
  ],
  addresses: [{ street_1: "12 St James's Square", city: 'London', postal_code: 'SW1Y 4JU', country: 'United Kingdom' }],
  company_id: '9001',
  company_name: 'Analytical Engines',
  owner_id: '72',
  websites: [{ url: 'https://people.example/1' }, { url: 'https://www.linkedin.com/in/sandbox-1', type: 'linkedin' }],
  created_at: '2025-01-07T08:01:01.000Z',
  updated_at: '2025-10-06T08:01:01.000Z',
} as const

/** The tenth, of whom the account holds little: a missing field is left out. */
export const dennis = {
  id: '1010',
  first_name: 'Dennis',
  last_name: 'Ritchie',
  name: 'Dennis Ritchie',
  company_id: '9020',
  company_name: 'Orchard Street 2',
  owner_id: '73',
  created_at: '2025-01-25T08:10:10.000Z',
  updated_at: '2025-09-23T08:10:10.000Z',
} as const
