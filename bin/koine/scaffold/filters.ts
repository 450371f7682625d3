import { filterType } from '../../../src/mapping/filter-type.ts'
import { isObject } from '../../../src/mapping/path.ts'
import type { ValueRow } from '../../../src/mapping/schema/index.ts'
import { TODO } from '../../check/unwritten.ts'
import { type Asked, askedWords, type Written } from './asking.ts'
import type { Input } from './inputs.ts'
import { enumOf } from './value-rows.ts'
import { optionWords, plain } from './words.ts'

/** What says that a parameter is a lower bound. */
const BOUND = /(?:__gte|_gte|\[gte\]|\.gte|gte|since|after|from|min|start|begin)$/i
/** What a parameter compares, without the marks of its way to compare: `filter[email]`, `email__eq`. */
const inside = (name: string): string =>
  name.replace(/^(?:filters?|where|q)[[_.](.*?)\]?$/i, '$1').replace(/(?:__eq|\[eq\]|\]\[eq)$/i, '')
/** A time without what every time is called: `updated` for `updated_at`. */
const bare = (name: string): string => name.replace(/(date|time|at|on)$/, '')

/** The parameter that compares a field. */
function equalityIn(words: readonly string[], inputs: readonly Input[]): Input | undefined {
  const able = inputs.filter(({ shape }) => shape.type !== 'object' && shape.type !== 'boolean')
  for (const word of words) {
    const found = able.find(({ name }) => plain(inside(name)) === word)
    if (found) return found
  }
  return undefined
}

/** The parameter that is a lower bound of a time, and how it is named. */
function boundIn(words: readonly string[], field: string, inputs: readonly Input[]): [string, Input] | undefined {
  const isUpdated = field === 'updated_at'
  const all = new Set([...words, ...words.map(bare), ...(isUpdated ? ['modified', 'changed', 'lastmodified'] : [])])
  for (const input of inputs) {
    // Members of one parameter: `created[gte]`.
    if ('gte' in input.shape.properties && all.has(plain(input.name))) return [`${input.name}[gte]`, input]
    const name = inside(input.name)
    if (!BOUND.test(name)) continue
    const left = plain(name.replace(BOUND, '')).replace(/^(min|start|from)/, '')
    if (left !== '' && (all.has(left) || all.has(bare(left)))) return [input.name, input]
    // `since` alone is a time of change, unless it is a number, which is that of a record.
    if (left === '' && isUpdated && /since$/i.test(name) && input.shape.type === 'string') return [input.name, input]
  }
  return undefined
}

/** How a list is asked for one filter; undefined where no parameter of it is that. */
export function findFilter(name: string, asked: Asked): Written | undefined {
  const { model, fields, inputs } = asked
  const field = model.filters[name]!
  const top = field.split('.')[0]!
  const row = fields[top]
  if (row === undefined) return undefined
  const value: ValueRow = isObject(row) && !('each' in row) && !('positions' in row) ? (row as ValueRow) : {}
  const words = askedWords(asked, field)
  if (!name.endsWith('_after')) {
    const input = equalityIn(words, inputs)
    if (!input) return undefined
    const options = input.shape.values.length > 0 ? optionWords(`${model.name}.${top}`) : undefined
    const own = options && enumOf(options, input.shape.values, false)
    // The words of the parameter, where they are not those of the record.
    const differs = own && !JSON.stringify(own).includes(TODO) && JSON.stringify(own) !== JSON.stringify(value.enum)
    return { query: { [input.name]: '{value}' }, ...(differs && { enum: own }) }
  }
  const [parameter, input] = boundIn(words, top, inputs) ?? []
  if (parameter === undefined || !input) return undefined
  const isCounted = value.format === 'unix-seconds' || value.format === 'unix-millis'
  const wantsNumber = input.shape.type === 'integer' || input.shape.type === 'number'
  const wantsText = input.shape.format === 'date-time' && !wantsNumber
  const isTime = filterType(model, name) === 'instant'
  return {
    query: { [parameter]: '{value}' },
    ...(wantsNumber && !isCounted && isTime && { format: 'unix-seconds' }),
    ...(wantsText && isCounted && { format: '' }),
  }
}
