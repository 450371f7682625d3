import type { Attribute, AttributeType } from './attribute-table.ts'
import { findChoice } from './choices.ts'
import { type Data, LOCATION } from './contact-values.ts'
import { filterError } from './errors.ts'
import { isUuid } from './ids.ts'
import { findObject } from './object-table.ts'
import { dateOf, timestampOf } from './times.ts'

export type Comparable = string | number

/** How a member of a value compares: what is asked for is read as one of these. */
export type Kind = 'text' | 'lower' | 'phone' | 'id' | 'object' | 'choice' | 'number' | 'date' | 'timestamp'

interface Fields {
  /** The member meant where none is named. */
  plain?: string
  kinds: Record<string, Kind>
}

const one = (plain: string, kind: Kind, more: Record<string, Kind> = {}): Fields => ({
  plain,
  kinds: { [plain]: kind, ...more },
})

/** The members of each type that can be filtered and sorted by. */
const fields: Record<AttributeType, Fields> = {
  text: one('value', 'text'),
  number: one('value', 'number'),
  currency: one('currency_value', 'number', { currency_code: 'text' }),
  date: one('value', 'date'),
  timestamp: one('value', 'timestamp'),
  status: one('status', 'choice'),
  select: one('option', 'choice'),
  'record-reference': one('target_record_id', 'id', { target_object: 'object' }),
  'actor-reference': one('referenced_actor_id', 'id', { referenced_actor_type: 'text' }),
  location: { kinds: Object.fromEntries(LOCATION.map(name => [name, 'text'])) },
  domain: one('domain', 'lower', { root_domain: 'lower' }),
  'email-address': one('email_address', 'lower', {
    original_email_address: 'text',
    email_domain: 'lower',
    email_root_domain: 'lower',
    email_local_specifier: 'lower',
  }),
  'phone-number': one('phone_number', 'phone', { original_phone_number: 'text', country_code: 'text' }),
  interaction: { kinds: { interaction_type: 'text', interacted_at: 'timestamp' } },
  'personal-name': one('full_name', 'text', { first_name: 'text', last_name: 'text' }),
}

/** One member of an attribute's values, or of the member meant where none is named. */
export interface Field {
  attribute: Attribute
  name: string
  kind: Kind
}

export function findField(attribute: Attribute, asked?: string): Field {
  const { plain, kinds } = fields[attribute.type]
  const name = asked ?? plain ?? filterError(`"${attribute.slug}" needs one of its fields to be named.`)
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  return { attribute, name, kind: kind ?? filterError(`"${attribute.slug}" has no field "${name}".`) }
}

/** The field of a kept value, or nothing where it is empty. */
export function subject({ name }: Field, data: Data): Comparable | undefined {
  const value = data[name]
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

/** What a field is compared with; a text that is no time, id or option of this attribute is refused. */
export function operand({ attribute, kind }: Field, given: unknown): Comparable {
  if (kind === 'number' && typeof given === 'number') return given
  const value = kind !== 'number' && typeof given === 'string' ? read(attribute, kind, given) : undefined
  if (value !== undefined) return value
  return filterError(`${JSON.stringify(given) ?? 'Nothing'} is no value of "${attribute.slug}".`)
}

function read(attribute: Attribute, kind: Kind, text: string): string | undefined {
  switch (kind) {
    case 'timestamp':
      return timestampOf(text)
    case 'date':
      return dateOf(text)
    case 'choice':
      return findChoice(attribute, text)?.id
    case 'object':
      return findObject(text)
    case 'id':
      return isUuid(text) ? text : undefined
    case 'phone':
      return text.replace(/[^\d+]/g, '')
    case 'lower':
      return text.toLowerCase()
    default:
      return text
  }
}
