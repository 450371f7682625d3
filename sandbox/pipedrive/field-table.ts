export type Entity = 'persons' | 'organizations' | 'deals'
export const ENTITIES: readonly Entity[] = ['persons', 'organizations', 'deals']

export interface Option {
  id: number | string
  label: string
  color?: string
}

/** What is known of a field; names, codes and types after specs/pipedrive/v2.yaml#/paths/~1personFields/get. */
export interface Field {
  code: string
  name: string
  type: string
  options: readonly Option[] | null
  /** Made by the customer: its code is a hash, its values stand in `custom_fields`. */
  custom: boolean
  required: boolean
}

const field = (code: string, name: string, type = 'varchar', options: readonly Option[] | null = null): Field => ({
  code,
  name,
  type,
  options,
  custom: false,
  required: code === 'name' || code === 'title',
})

const custom = (code: string, name: string, type: string, options: readonly Option[] | null = null): Field => ({
  ...field(code, name, type, options),
  custom: true,
})

/** The codes of the account's own fields. */
export const TIER = '79dfba4a845366af79e9465f21c6d3f6bcc2ba4b'
export const FLEET_SIZE = 'aab51fcd9507f546e9827adb16f8b5b3adb1316c'

const numbered = (first: number, labels: readonly string[]): Option[] =>
  labels.map((label, i) => ({ id: first + i, label }))

const LABELS = [
  { id: 1, label: 'Hot lead', color: 'red' },
  { id: 2, label: 'Warm lead', color: 'yellow' },
  { id: 3, label: 'Cold lead', color: 'blue' },
]
const VISIBILITY = [
  { id: 1, label: 'Item owner' },
  { id: 3, label: 'All users' },
]
const STATUSES = [
  { id: 'open', label: 'Open' },
  { id: 'won', label: 'Won' },
  { id: 'lost', label: 'Lost' },
]
/** The words of sandbox/people.ts, in the order of their option ids. */
export const INDUSTRIES = ['SOFTWARE', 'LOGISTICS', 'FOOD', 'HEALTH']
export const TIERS = ['gold', 'silver', 'bronze']

const common = [
  field('id', 'ID', 'int'),
  field('owner_id', 'Owner', 'user'),
  field('add_time', 'Created at', 'date'),
  field('update_time', 'Update time', 'date'),
  field('visible_to', 'Visible to', 'visible_to', VISIBILITY),
  field('label_ids', 'Labels', 'set', LABELS),
]

/** A working part of the fields of an account with contact sync, one of its own for persons, one for organizations. */
export const fields: Record<Entity, readonly Field[]> = {
  persons: [
    field('name', 'Name'),
    ...common,
    field('first_name', 'First name'),
    field('last_name', 'Last name'),
    field('org_id', 'Organization', 'org'),
    field('email', 'Email', 'varchar'),
    field('phone', 'Phone', 'phone'),
    field('im', 'Instant messenger', 'varchar'),
    field('job_title', 'Job title'),
    field('birthday', 'Birthday', 'date'),
    field('notes', 'Notes', 'text'),
    field('postal_address', 'Postal address', 'address'),
    custom(TIER, 'Tier', 'enum', numbered(31, TIERS)),
  ],
  organizations: [
    field('name', 'Name'),
    ...common,
    field('address', 'Address', 'address'),
    field('website', 'Website'),
    field('linkedin', 'LinkedIn profile'),
    field('industry', 'Industry', 'enum', numbered(1, ['Software', 'Logistics', 'Food', 'Health'])),
    field('annual_revenue', 'Annual revenue', 'int'),
    field('employee_count', 'Number of employees', 'int'),
    custom(FLEET_SIZE, 'Fleet size', 'double'),
  ],
  deals: [
    field('title', 'Title'),
    ...common,
    field('value', 'Value', 'monetary'),
    field('status', 'Status', 'status', STATUSES),
    field('stage_id', 'Stage', 'stage'),
    field('pipeline_id', 'Pipeline', 'int'),
    field('person_id', 'Contact person', 'people'),
    field('org_id', 'Organization', 'org'),
    field('probability', 'Probability', 'int'),
    field('expected_close_date', 'Expected close date', 'date'),
    field('close_time', 'Deal closed on', 'date'),
    field('won_time', 'Won time', 'date'),
    field('lost_time', 'Lost time', 'date'),
    field('lost_reason', 'Lost reason', 'varchar_options'),
  ],
}

export const findField = (entity: Entity, code: string): Field | undefined =>
  fields[entity].find(found => found.code === code)

export const customFields = (entity: Entity): Field[] => fields[entity].filter(found => found.custom)

export const optionsOf = (entity: Entity, code: string): readonly Option[] => findField(entity, code)?.options ?? []

/** The id of the option with this label, which is how a value of sandbox/people.ts becomes Pipedrive's. */
export const optionId = (entity: Entity, code: string, label: string): number | null =>
  Number(
    optionsOf(entity, code).find(option => option.label.toLowerCase() === label.toLowerCase())?.id ?? Number.NaN,
  ) || null
