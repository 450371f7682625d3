import {
  address,
  type Field,
  field,
  longText,
  owner,
  phone,
  picklist,
  REQUIRED,
  reference,
  system,
  text,
} from './field.ts'

const INDUSTRIES = [
  'Communications',
  'Consulting',
  'Electronics',
  'Engineering',
  'Finance',
  'Food & Beverage',
  'Healthcare',
  'Manufacturing',
  'Retail',
  'Technology',
  'Transportation',
  'Other',
]
const TYPES = ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Technology Partner', 'Other']

/** Lengths: specs/salesforce/platform-rest.json#/components/schemas/AccountSObject and the object reference. */
export const accountFields: readonly Field[] = [
  ...system('Account'),
  text('Name', 'Account Name', 255, REQUIRED),
  picklist('Type', 'Account Type', TYPES),
  reference('ParentId', 'Parent Account ID', 'Account', { relationship: 'Parent' }),
  ...address('Billing'),
  ...address('Shipping'),
  phone('Phone', 'Account Phone'),
  phone('Fax', 'Account Fax'),
  text('AccountNumber', 'Account Number', 40),
  field('Website', 'Website', 'url', { length: 255 }),
  picklist('Industry', 'Industry', INDUSTRIES),
  field('AnnualRevenue', 'Annual Revenue', 'currency'),
  field('NumberOfEmployees', 'Employees', 'int'),
  longText('Description', 'Account Description'),
  owner(),
  field('Fleet_Size__c', 'Fleet Size', 'double'),
]
