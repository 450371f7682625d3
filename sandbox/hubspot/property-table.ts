import { stages } from './pipelines.ts'
import type { ObjectType } from './types.ts'

export type ValueType = 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration' | 'phone_number'

export interface Property {
  name: string
  label: string
  type: ValueType
  fieldType: string
  options: readonly { value: string; label: string }[]
  /** HubSpot works the value out or sets it itself: it cannot be written. */
  readOnly: boolean
  /** The owner list stands in for the options. */
  externalOptions: boolean
  /** Made by the customer, not by HubSpot. */
  custom: boolean
}

const FIELD_TYPES: Record<ValueType, string> = {
  string: 'text',
  number: 'number',
  bool: 'booleancheckbox',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  phone_number: 'phonenumber',
}

type Marks = Partial<Pick<Property, 'readOnly' | 'externalOptions' | 'custom' | 'fieldType'>> & {
  options?: readonly string[]
}

const capital = (value: string) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase().replaceAll('_', ' ')

function property(name: string, label: string, type: ValueType = 'string', marks: Marks = {}): Property {
  const { options = [], ...rest } = marks
  return {
    name,
    label,
    type,
    fieldType: FIELD_TYPES[type],
    readOnly: false,
    externalOptions: false,
    custom: false,
    ...rest,
    options: options.map(value => ({ value, label: capital(value) })),
  }
}

const READ_ONLY = { readOnly: true }
const OWNER = property('hubspot_owner_id', 'Owner', 'enumeration', { externalOptions: true })
const LIFECYCLE = property('lifecyclestage', 'Lifecycle Stage', 'enumeration', {
  fieldType: 'radio',
  options: ['subscriber', 'lead', 'opportunity', 'customer', 'evangelist', 'other'],
})
const INDUSTRIES = [
  'COMPUTER_SOFTWARE',
  'FOOD_BEVERAGES',
  'HOSPITAL_HEALTH_CARE',
  'LOGISTICS_AND_SUPPLY_CHAIN',
  'INTERNET',
]
const ADDRESS = [
  property('address', 'Street Address'),
  property('city', 'City'),
  property('state', 'State/Region'),
  property('zip', 'Postal Code'),
  property('country', 'Country/Region'),
]
const identity = (modified: string) => [
  property('createdate', 'Create Date', 'datetime', READ_ONLY),
  property(modified, 'Last Modified Date', 'datetime', READ_ONLY),
  property('hs_object_id', 'Record ID', 'number', READ_ONLY),
]

/** A working part of HubSpot's default properties, one custom property for contacts and one for companies. */
export const properties: Record<ObjectType, readonly Property[]> = {
  contacts: [
    ...identity('lastmodifieddate'),
    property('email', 'Email'),
    property('firstname', 'First Name'),
    property('lastname', 'Last Name'),
    property('jobtitle', 'Job Title'),
    property('company', 'Company Name'),
    property('phone', 'Phone Number', 'string', { fieldType: 'phonenumber' }),
    property('mobilephone', 'Mobile Phone Number', 'string', { fieldType: 'phonenumber' }),
    property('fax', 'Fax Number'),
    ...ADDRESS,
    property('website', 'Website URL'),
    property('hs_linkedin_url', 'LinkedIn URL'),
    property('date_of_birth', 'Date of birth'),
    property('associatedcompanyid', 'Primary Associated Company ID', 'number', READ_ONLY),
    OWNER,
    LIFECYCLE,
    property('tier', 'Tier', 'enumeration', { custom: true, options: ['gold', 'silver', 'bronze'] }),
  ],
  companies: [
    ...identity('hs_lastmodifieddate'),
    property('name', 'Company name'),
    property('domain', 'Company Domain Name'),
    property('website', 'Website URL'),
    property('description', 'Description', 'string', { fieldType: 'textarea' }),
    property('industry', 'Industry', 'enumeration', { options: INDUSTRIES }),
    property('numberofemployees', 'Number of Employees', 'number'),
    property('annualrevenue', 'Annual Revenue', 'number'),
    property('phone', 'Phone Number', 'string', { fieldType: 'phonenumber' }),
    ...ADDRESS,
    property('address2', 'Street Address 2'),
    property('linkedin_company_page', 'LinkedIn Company Page'),
    property('hs_parent_company_id', 'Parent Company', 'number', READ_ONLY),
    OWNER,
    LIFECYCLE,
    property('fleet_size', 'Fleet size', 'number', { custom: true }),
  ],
  deals: [
    ...identity('hs_lastmodifieddate'),
    property('dealname', 'Deal Name'),
    property('amount', 'Amount', 'number'),
    property('deal_currency_code', 'Currency', 'enumeration', { options: ['USD', 'EUR', 'GBP'] }),
    property('closedate', 'Close Date', 'datetime'),
    property('pipeline', 'Pipeline', 'enumeration', { options: ['default'] }),
    property('dealstage', 'Deal Stage', 'enumeration', { fieldType: 'radio', options: stages.map(stage => stage.id) }),
    property('dealtype', 'Deal Type', 'enumeration', { options: ['newbusiness', 'existingbusiness'] }),
    property('description', 'Deal Description', 'string', { fieldType: 'textarea' }),
    property('closed_lost_reason', 'Closed Lost Reason', 'string', { fieldType: 'textarea' }),
    property('hs_deal_stage_probability', 'Deal probability', 'number', READ_ONLY),
    property('hs_is_closed', 'Is Deal Closed?', 'bool', READ_ONLY),
    property('hs_is_closed_won', 'Is Closed Won', 'bool', READ_ONLY),
    OWNER,
  ],
}

export const findProperty = (type: ObjectType, name: string): Property | undefined =>
  properties[type].find(found => found.name === name)
