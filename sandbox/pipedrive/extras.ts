import type { Json } from './errors.ts'
import type { Entity } from './field-table.ts'
import type { Records, Stored } from './records.ts'

const ACTIVITY = ['next_activity_id', 'last_activity_id'] as const
const COUNTS = [
  'email_messages_count',
  'activities_count',
  'done_activities_count',
  'undone_activities_count',
  'files_count',
  'notes_count',
  'followers_count',
] as const
const DEALS = [
  'open_deals_count',
  'related_open_deals_count',
  'closed_deals_count',
  'related_closed_deals_count',
  'won_deals_count',
  'related_won_deals_count',
  'lost_deals_count',
  'related_lost_deals_count',
] as const
const PARTICIPANT = ['participant_open_deals_count', 'participant_closed_deals_count'] as const
const MAIL = ['last_incoming_mail_time', 'last_outgoing_mail_time', 'smart_bcc_email'] as const

/** `include_fields` of specs/pipedrive/v2.yaml#/paths/~1persons/get, /organizations and /deals. */
export const EXTRAS = {
  persons: [...ACTIVITY, ...COUNTS, ...DEALS, ...PARTICIPANT, ...MAIL, 'marketing_status', 'doi_status'],
  organizations: [...ACTIVITY, ...COUNTS, ...DEALS, 'people_count', 'smart_bcc_email'],
  deals: [...ACTIVITY, ...COUNTS, ...MAIL, 'first_won_time', 'products_count', 'participants_count', 'source_lead_id'],
} as const satisfies Record<Entity, readonly string[]>

export type ExtraName = (typeof EXTRAS)[Entity][number]

/** Can be included only where the company has the marketing app, which this one has not. */
const MARKETING: readonly string[] = ['marketing_status', 'doi_status']

const STATUSES: Record<string, readonly string[]> = {
  open_deals_count: ['open'],
  closed_deals_count: ['won', 'lost'],
  won_deals_count: ['won'],
  lost_deals_count: ['lost'],
}

function extraValue(records: Records, entity: Entity, record: Stored, name: ExtraName): unknown {
  const count = (of: Entity, link: string, test: (values: Json) => boolean = () => true) =>
    records.living(of).filter(({ values }) => values[link] === record.id && test(values)).length
  const statuses = STATUSES[name]
  if (statuses)
    return count('deals', entity === 'persons' ? 'person_id' : 'org_id', deal => statuses.includes(String(deal.status)))
  if (name === 'people_count') return count('persons', 'org_id')
  if (name === 'participants_count') return record.values.person_id === null ? 0 : 1
  if (name === 'first_won_time') return record.values.won_time
  if (name === 'smart_bcc_email') return `sandbox${entity === 'deals' ? `+deal${record.id}` : ''}@pipedrivemail.com`
  return name.endsWith('_count') ? 0 : null
}

/** What is answered only when it is asked for. There are no activities, mails, files or followers in this account. */
export const extra = (records: Records, entity: Entity, record: Stored, names: readonly ExtraName[]): Json =>
  Object.fromEntries(
    names.filter(name => !MARKETING.includes(name)).map(name => [name, extraValue(records, entity, record, name)]),
  )
