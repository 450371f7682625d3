import { invalid, isObject, type Json } from './errors.ts'
import { customFields, type Entity, type Field, optionsOf } from './field-table.ts'
import type { Records, Write } from './records.ts'
import { isUser } from './users.ts'
import {
  type Check,
  channels,
  clearable,
  currency,
  day,
  flag,
  integer,
  listOf,
  number,
  oneOf,
  range,
  someText,
  text,
  time,
  wholeAddress,
} from './values.ts'

type Checks = Record<string, Check>

const owner: Check = (value, at) => (isUser(integer(value, at) as number) ? value : invalid(`${at}: user not found`))

const options = (entity: Entity, code: string): Check => oneOf(...optionsOf(entity, code).map(option => option.id))

const link =
  (records: Records, entity: Entity): Check =>
  (value, at) =>
    records.has(entity, integer(value, at)) ? value : invalid(`${at}: not found`)

const common = (entity: Entity): Checks => ({
  owner_id: owner,
  visible_to: oneOf(1, 3, 5, 7),
  label_ids: listOf(options(entity, 'label_ids')),
})

/** The request bodies of specs/pipedrive/v2.yaml#/paths, those of `POST` and `PATCH` in one. */
const checksOf = (records: Records): Record<Entity, Checks> => ({
  persons: {
    ...common('persons'),
    name: someText,
    org_id: clearable(link(records, 'organizations')),
    emails: channels,
    phones: channels,
    im: channels,
    postal_address: clearable(wholeAddress),
    notes: clearable(text),
    birthday: clearable(day),
    job_title: clearable(text),
    marketing_status: oneOf('no_consent', 'unsubscribed', 'subscribed', 'archived'),
  },
  organizations: {
    ...common('organizations'),
    name: someText,
    address: clearable(wholeAddress),
    website: clearable(text),
    linkedin: clearable(text),
    industry: clearable(options('organizations', 'industry')),
    annual_revenue: clearable(integer),
    employee_count: clearable(integer),
  },
  deals: {
    ...common('deals'),
    title: someText,
    person_id: clearable(link(records, 'persons')),
    org_id: clearable(link(records, 'organizations')),
    pipeline_id: integer,
    stage_id: integer,
    value: number,
    currency,
    status: oneOf('open', 'won', 'lost'),
    probability: clearable(range(0, 100)),
    lost_reason: clearable(text),
    close_time: clearable(time),
    won_time: clearable(time),
    lost_time: clearable(time),
    expected_close_date: clearable(day),
    is_archived: flag,
    archive_time: clearable(time),
    is_deleted: flag,
  },
})

const customCheck = (entity: Entity, field: Field): Check =>
  field.type === 'enum' ? options(entity, field.code) : field.type === 'double' ? number : text

/** Null clears a custom field; a code that no field has is refused. */
function readCustom(entity: Entity, given: unknown): Json {
  if (!isObject(given)) return invalid('custom_fields: must be an object')
  const kept = Object.entries(given).map(([code, value]) => {
    const at = `custom_fields.${code}`
    const field = customFields(entity).find(found => found.code === code) ?? invalid(`${at}: is not allowed`)
    return [code, value === null ? null : customCheck(entity, field)(value, at)]
  })
  return Object.fromEntries(kept)
}

/** A first name up to the first space, a last name after it: recorded for v1. */
export function namesOf(name: string) {
  const [, first, last] = /^(\S+)(?:\s+(.+))?$/su.exec(name.trim()) ?? []
  return { first_name: first ?? null, last_name: last ?? null }
}

/** The body of a write as it is kept. A deal's rules come after this; see deal-life.ts. */
export function readWrite(records: Records, entity: Entity, verb: 'create' | 'update', body: Json): Write {
  const { custom_fields, ...rest } = body
  const timed = verb === 'create' && entity !== 'deals' ? { add_time: time } : {}
  const checks: Checks = { ...checksOf(records)[entity], ...timed }
  const kept = Object.entries(rest).map(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    return [name, check ? check(value, name) : invalid(`${name}: is not allowed`)]
  })
  // A company without campaigns keeps no marketing status.
  const { add_time, is_deleted, marketing_status, ...values } = Object.fromEntries(kept)
  const title = entity === 'deals' ? 'title' : 'name'
  if (verb === 'create' && values[title] === undefined) return invalid(`${title}: is required`)
  return {
    values: { ...values, ...(entity === 'persons' && values.name !== undefined && namesOf(values.name)) },
    custom: custom_fields === undefined ? {} : readCustom(entity, custom_fields),
    ...(add_time !== undefined && { addedAt: Date.parse(add_time) }),
    ...(is_deleted !== undefined && { deleted: is_deleted }),
  }
}
