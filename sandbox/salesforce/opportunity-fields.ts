import { type Field, field, longText, owner, picklist, READ_ONLY, REQUIRED, reference, system, text } from './field.ts'
import { stages } from './stages.ts'

const DERIVED = { ...READ_ONLY, nillable: false, defaultedOnCreate: true }
const FIXED = { nillable: false, updateable: false }

/** One currency for the whole account, so there is no `CurrencyIsoCode`. */
export const opportunityFields: readonly Field[] = [
  ...system('Opportunity'),
  reference('AccountId', 'Account ID', 'Account', { relationship: 'Account' }),
  text('Name', 'Name', 120, REQUIRED),
  longText('Description', 'Description'),
  picklist(
    'StageName',
    'Stage',
    stages.map(stage => stage.name),
    { ...REQUIRED, restricted: true },
  ),
  field('Amount', 'Amount', 'currency'),
  field('Probability', 'Probability (%)', 'percent'),
  field('CloseDate', 'Close Date', 'date', REQUIRED),
  picklist('Type', 'Opportunity Type', ['Existing Customer - Upgrade', 'New Customer']),
  text('NextStep', 'Next Step', 255),
  field('IsClosed', 'Closed', 'boolean', DERIVED),
  field('IsWon', 'Won', 'boolean', DERIVED),
  owner(),
  // The contact of the primary role; without a relationship name, so no path leads through it.
  reference('ContactId', 'Contact ID', 'Contact', { updateable: false }),
]

const ROLES = ['Business User', 'Decision Maker', 'Economic Buyer', 'Evaluator', 'Influencer', 'Other']

/** OpportunityContactRole: who takes part in an opportunity. */
export const roleFields: readonly Field[] = [
  ...system('Contact Role'),
  reference('OpportunityId', 'Opportunity ID', 'Opportunity', { ...FIXED, relationship: 'Opportunity' }),
  reference('ContactId', 'Contact ID', 'Contact', { nillable: false, relationship: 'Contact' }),
  picklist('Role', 'Role', ROLES),
  field('IsPrimary', 'Primary', 'boolean', { nillable: false, defaultedOnCreate: true }),
]
