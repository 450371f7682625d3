// An example of what a provider answers: by the examples of its specification, by our model, or by type.
import { readInstant, UNREADABLE } from '../../../src/mapping/codecs.ts'
import { isNothing, isObject } from '../../../src/mapping/path.ts'
import { isCounted, isMillis } from './match.ts'
import { OWN_FIELDS } from './our-values.ts'
import type { Leaf } from './row-leaves.ts'
import { type Shape, shapeOf } from './shape.ts'
import type { Json, Specification } from './specification.ts'

const TIME = '2026-01-05T09:30:00Z'
/** How deep an example goes where a row reads something. */
const DEEP = 6

/** A number of theirs for a time: of milliseconds, or of seconds. */
const epochOf = (shape: Shape): number => Date.parse(TIME) / (isMillis(shape) ? 1 : 1000)

function byType(shape: Shape, name: string): unknown {
  const isTime = /(_at|_on|_time|date|time|created|updated|since)$/i.test(name) || /time|date/.test(shape.format)
  if (isCounted(shape)) return isTime ? epochOf(shape) : 1
  if (shape.type === 'boolean') return false
  if (shape.format === 'date') return TIME.slice(0, 10)
  if (shape.format === 'date-time') return TIME
  if (shape.format === 'uuid') return '4f1c1d3e-0000-4000-8000-000000000001'
  if (/email/i.test(name)) return 'ada@example.com'
  if (/phone|mobile|fax/i.test(name)) return '+44 20 7946 0000'
  if (/uri|url/.test(shape.format) || /url|link|website|href/i.test(name)) return 'https://example.com'
  return /^id$|_id$|Id$/.test(name) ? '1' : 'text'
}

/** The model's own example, as the row spells it. */
function ofModel({ type, example, row }: Leaf, shape: Shape): unknown {
  const options = typeof row === 'object' ? row.enum : undefined
  if (options) {
    const theirs = options[String(example)] ?? Object.values(options)[0]
    const [first] = [theirs].flat()
    return first === '*' ? undefined : first
  }
  if (type === 'instant' || type === 'date') {
    if (isCounted(shape)) return epochOf(shape)
    return type === 'date' ? example : shape.format === 'date' ? TIME.slice(0, 10) : TIME
  }
  if (isCounted(shape)) return /^\d+(\.\d+)?$/.test(String(example)) ? Number(example) : 1001
  return shape.type === 'string' || shape.type === undefined ? String(example) : undefined
}

/** Whether an example of the specification can be read as what the row says it is. */
function isUsable(value: unknown, shape: Shape, leaf: Leaf | undefined): boolean {
  if (isNothing(value) || value === 'string' || typeof value === 'object') return false
  if (isCounted(shape) && typeof value !== 'number') return false
  if (leaf?.type !== 'instant' && leaf?.type !== 'date') return true
  return typeof value === 'number' || readInstant(value) !== UNREADABLE
}

/** How an example is made. */
export interface Exampling {
  readonly spec: Specification
  /** What rows read, by the keys of its path. */
  readonly leaves: ReadonlyMap<string, Leaf>
}
const isReadBelow = (keys: string, leaves: ReadonlyMap<string, Leaf>): boolean =>
  [...leaves.keys()].some(one => one.startsWith(`${keys}.`))
const isRead = (keys: string, leaves: ReadonlyMap<string, Leaf>): boolean =>
  leaves.has(keys) || isReadBelow(keys, leaves)

/**
 * An example of a value. `given` is what an example of the whole answer has there. Objects and lists that no row reads
 * are left empty: the evidence ignores them as a whole.
 */
export function exampleOf(schema: unknown, given: unknown, keys: readonly string[], made: Exampling): unknown {
  const { spec, leaves } = made
  const text = keys.join('.')
  const leaf = leaves.get(text)
  const shape = shapeOf(spec, schema, keys.length === 0 || isReadBelow(text, leaves))
  const name = keys.at(-1) ?? ''
  if (leaf?.type === 'map') return OWN_FIELDS
  if (shape.type === 'array') {
    if (!isRead(text, leaves)) return []
    const [first] = Array.isArray(given) ? given : []
    const element = shapeOf(spec, shape.items, true)
    if (leaf && leaf.type === 'list' && element.type !== 'object') return leaf.example
    return [exampleOf(shape.items, first, keys, made)]
  }
  if (shape.type === 'object' || Object.keys(shape.properties).length > 0) {
    if (keys.length > 0 && !isRead(text, leaves)) return {}
    if (keys.length > DEEP) return {}
    const members = isObject(given) ? given : {}
    return Object.fromEntries(
      Object.entries(shape.properties).map(([key, inner]): [string, unknown] => [
        key,
        exampleOf(inner, members[key], [...keys, key], made),
      ]),
    )
  }
  const options = leaf && typeof leaf.row === 'object' ? leaf.row.enum : undefined
  // A value of a closed list of ours is one that the row knows.
  if (leaf && options) return ofModel(leaf, shape) ?? byType(shape, name)
  for (const value of [given, shape.example, shape.values[0]]) if (isUsable(value, shape, leaf)) return value
  return (leaf && ofModel(leaf, shape)) ?? byType(shape, name)
}

/** The id of another record of the same kind. */
export function nextId(id: unknown): unknown {
  if (typeof id === 'number') return id + 1
  const text = String(id)
  return `${text.slice(0, -1)}${text.endsWith('2') ? '3' : '2'}`
}

/** Only some members of a record: those at the keys given. */
export function cut(record: Json, wanted: readonly string[]): Json {
  const below = (value: unknown, keys: string): unknown => {
    if (wanted.includes(keys)) return value
    if (keys !== '' && !wanted.some(one => one.startsWith(`${keys}.`))) return undefined
    if (Array.isArray(value)) return value.map(one => below(one, keys)).filter(one => one !== undefined)
    if (!isObject(value)) return undefined
    const kept = Object.entries(value).map(([key, inner]) => [key, below(inner, keys === '' ? key : `${keys}.${key}`)])
    return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined))
  }
  return below(record, '') as Json
}
