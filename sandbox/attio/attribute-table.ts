import { idOf } from './ids.ts'
import { type ObjectSlug, slugs } from './object-table.ts'

/** specs/attio/openapi.json#/components/schemas/attribute/properties/type, as far as the objects here use them */
export type AttributeType =
  | 'text'
  | 'number'
  | 'currency'
  | 'date'
  | 'timestamp'
  | 'status'
  | 'select'
  | 'record-reference'
  | 'actor-reference'
  | 'location'
  | 'domain'
  | 'email-address'
  | 'phone-number'
  | 'interaction'
  | 'personal-name'

/** An option of a select, or a status. */
export interface Choice {
  id: string
  title: string
}

interface Marks {
  title?: string
  /** The values of a system attribute of which this is not said can be written. */
  readOnly?: true
  required?: true
  unique?: true
  multiselect?: true
  /** Made by the customer, not by Attio. */
  custom?: true
  choices?: readonly string[]
  /** The object whose records a record-reference names. */
  target?: ObjectSlug
  /** The attribute of `target` that shows the same relationship from its end. */
  inverse?: string
  /** The relationship is kept at the other end, and worked out at this one. */
  derived?: true
}

export interface Attribute extends Omit<Marks, 'choices' | 'title'> {
  id: string
  object: ObjectSlug
  slug: string
  title: string
  type: AttributeType
  choices: readonly Choice[]
}

type Row = [slug: string, type: AttributeType, marks?: Marks]

const READ_ONLY = { readOnly: true } as const
const many = (target: ObjectSlug, inverse: string): Marks => ({ multiselect: true, target, inverse })

const SOCIALS: readonly Row[] = [
  ['angellist', 'text', { title: 'AngelList' }],
  ['facebook', 'text'],
  ['instagram', 'text'],
  ['linkedin', 'text', { title: 'LinkedIn' }],
  ['twitter', 'text'],
  ['twitter_follower_count', 'number', READ_ONLY],
]
/** What Attio finds out by reading mail and calendars; in a workspace without either it is always empty. */
const INTERACTIONS: readonly Row[] = [
  ...['first_calendar', 'last_calendar', 'next_calendar', 'first_email', 'last_email', 'first', 'last', 'next'].map(
    (which): Row => [`${which}_interaction`, 'interaction', READ_ONLY],
  ),
  ['strongest_connection_strength_legacy', 'number', READ_ONLY],
  ['strongest_connection_strength', 'select', READ_ONLY],
  ['strongest_connection_user', 'actor-reference', READ_ONLY],
]
const CREATION: readonly Row[] = [
  ['created_at', 'timestamp', READ_ONLY],
  ['created_by', 'actor-reference', READ_ONLY],
]
const RECORD_ID: Row = ['record_id', 'text', { title: 'Record ID', readOnly: true, unique: true }]

/**
 * The attributes of people, in order, are those of the recorded people, and one of the customer's own. Companies and
 * deals are not in the evidence: theirs are a working part of Attio's standard objects.
 */
const ROWS: Record<ObjectSlug, readonly Row[]> = {
  people: [
    RECORD_ID,
    ['name', 'personal-name'],
    ['email_addresses', 'email-address', { unique: true, multiselect: true }],
    ['description', 'text'],
    ['company', 'record-reference', { target: 'companies', inverse: 'team' }],
    ['job_title', 'text'],
    ['avatar_url', 'text', { title: 'Avatar URL', readOnly: true }],
    ['phone_numbers', 'phone-number', { multiselect: true }],
    ['primary_location', 'location'],
    ...SOCIALS,
    ...INTERACTIONS,
    ['associated_deals', 'record-reference', { ...many('deals', 'associated_people'), derived: true }],
    ['associated_users', 'record-reference', { multiselect: true, readOnly: true }],
    ...CREATION,
    ['tier', 'select', { custom: true, choices: ['gold', 'silver', 'bronze'] }],
  ],
  companies: [
    RECORD_ID,
    ['domains', 'domain', { unique: true, multiselect: true }],
    ['name', 'text'],
    ['description', 'text'],
    ['team', 'record-reference', { ...many('people', 'company'), derived: true }],
    ['categories', 'select', { multiselect: true, choices: ['Software', 'Logistics', 'Food', 'Health'] }],
    ['primary_location', 'location'],
    ...SOCIALS,
    [
      'estimated_arr_usd',
      'select',
      { title: 'Estimated ARR', readOnly: true, choices: ['Under $1M', '$1M-$10M', '$10M-$50M'] },
    ],
    ['employee_range', 'select', { readOnly: true, choices: ['1-10', '11-50', '51-250', '251-1K', '1K-5K'] }],
    ['foundation_date', 'date'],
    ...INTERACTIONS,
    ['associated_deals', 'record-reference', { ...many('deals', 'associated_company'), derived: true }],
    ...CREATION,
    ['fleet_size', 'number', { custom: true }],
  ],
  deals: [
    RECORD_ID,
    ['name', 'text', { title: 'Deal name', required: true }],
    ['stage', 'status', { title: 'Deal stage', required: true, choices: ['Lead', 'In Progress', 'Won 🎉', 'Lost'] }],
    ['owner', 'actor-reference', { title: 'Deal owner', required: true }],
    ['value', 'currency', { title: 'Deal value' }],
    ['associated_people', 'record-reference', many('people', 'associated_deals')],
    ['associated_company', 'record-reference', { target: 'companies', inverse: 'associated_deals' }],
    ...CREATION,
  ],
}

const titleOf = (slug: string): string => (slug.charAt(0).toUpperCase() + slug.slice(1)).replaceAll('_', ' ')

function attribute(object: ObjectSlug, [slug, type, marks = {}]: Row, position: number): Attribute {
  const { title = titleOf(slug), choices = [], ...rest } = marks
  const number = 100 * (slugs.indexOf(object) + 1) + position
  const numbered = choices.map((choice, order) => ({ id: idOf('choice', 100 * number + order), title: choice }))
  return { id: idOf('attribute', number), object, slug, title, type, ...rest, choices: numbered }
}

export const attributes: Record<ObjectSlug, readonly Attribute[]> = {
  people: ROWS.people.map((row, position) => attribute('people', row, position)),
  companies: ROWS.companies.map((row, position) => attribute('companies', row, position)),
  deals: ROWS.deals.map((row, position) => attribute('deals', row, position)),
}

/** The attribute that a slug or an id names. */
export const findAttribute = (object: ObjectSlug, name: string): Attribute | undefined =>
  attributes[object].find(({ slug, id }) => slug === name || id === name)

export const inverseOf = ({ target, inverse }: Attribute): Attribute | undefined =>
  target && inverse ? findAttribute(target, inverse) : undefined
