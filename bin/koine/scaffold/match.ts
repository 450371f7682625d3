// Finds a field of ours among the values of a provider's record, by name and type.
import type { Field, Model, Scalar } from '../../../src/models/index.ts'
import type { Node, Shape } from './shape.ts'
import { fieldWords, optionWords, plain, wordsOf } from './words.ts'

/** Objects that only hold a record together: what is in one counts as if it stood beside it. */
const WRAPPERS = 'properties attributes fields values data profile'.split(' ')

/** The values of a record by what their names may stand for. */
export interface Names {
  /** The values whose whole name is a word, likeliest first. */
  of(word: string): readonly Node[]
}

/** `contact_name`, of a contact, is its name; `properties.firstname` is `firstname`. */
export function namesOf(nodes: readonly Node[], model: Model, object: string): Names {
  const prefixes = [...wordsOf(model).strong, object, object.replace(/s$/, '')].filter(Boolean)
  const exact = new Map<string, Node[]>()
  const inner = new Map<string, Node[]>()
  const bare = new Map<string, Node[]>()
  const add = (map: Map<string, Node[]>, word: string, node: Node): void => {
    map.set(word, [...(map.get(word) ?? []), node])
  }
  for (const node of nodes) {
    const word = plain(node.keys.join(''))
    add(exact, word, node)
    const [first = '', ...rest] = node.keys
    if (rest.length > 0 && WRAPPERS.includes(plain(first))) add(inner, plain(rest.join('')), node)
    const prefix = prefixes.find(one => word.startsWith(one) && word.length > one.length)
    if (prefix !== undefined) add(bare, word.slice(prefix.length), node)
  }
  return {
    of: word => [...(exact.get(word) ?? []), ...(inner.get(word) ?? []), ...(bare.get(word) ?? [])],
  }
}

/** The members of an object that refers to another record: `owner.id` for `owner`. */
const REFERENCE = 'login id gid key accountid value'.split(' ')

const SCALARS = ['string', 'number', 'integer', undefined] as const
const isScalar = ({ type, isMap, items }: Shape): boolean =>
  SCALARS.some(one => one === type) && !isMap && items === undefined
const isId = (field: string): boolean => field === 'id' || field.endsWith('_id')

/** Whether a value can be a field's, by its type. */
export function suits(shape: Shape, field: string, type: Field['type']): boolean {
  switch (type) {
    case 'map':
      return shape.isMap
    case 'list':
    case 'rows':
      return shape.type === 'array'
    case 'boolean':
      return shape.type === 'boolean'
    case 'text':
      // A fraction is no text, but an id may be one; a time is none.
      return isScalar(shape) && (shape.type !== 'number' || isId(field)) && !TIMES.includes(shape.format)
    default:
      return isScalar(shape)
  }
}
const TIMES = ['date-time', 'date']

/** The value that is a field: the first of its words that a value of its type has. */
export function findNode(names: Names, model: Model, field: string, more: readonly string[] = []): Node | undefined {
  const spec = model.fields[field]!
  const words = [...more, ...fieldWords(model.name, field)]
  const options = optionWords(`${model.name}.${field}`)
  const fits = (node: Node) => suits(node.shape, field, spec.type)
  if (options) {
    // Of several that may be a status, the one that knows our words.
    const known = words.flatMap(word => names.of(word).filter(fits))
    const theirs = (node: Node) => node.shape.values.filter(one => optionFor(options, one) !== undefined).length
    const [best] = known.toSorted((a, b) => theirs(b) - theirs(a))
    return best
  }
  for (const word of words) {
    // Of what is called metadata, only what may hold any key is a customer's own.
    const found = names.of(word).find(node => fits(node) && (word !== 'metadata' || node.shape.isOpen))
    if (found) return found
    if (!isId(field) || field === 'id') continue
    for (const key of REFERENCE) {
      const referred = names.of(word.endsWith('id') ? `${word.slice(0, -2)}${key}` : `${word}${key}`).find(fits)
      if (referred && referred.keys.length > 1) return referred
    }
  }
  return undefined
}

/** Our option for a value of theirs. */
export function optionFor(options: Readonly<Record<string, string>>, theirs: unknown): string | undefined {
  const word = plain(String(theirs))
  return Object.keys(options).find(ours => options[ours]!.split(' ').includes(word))
}

/** Whether a value is a number. */
export const isCounted = ({ type }: Shape): boolean => type === 'integer' || type === 'number'

/** Whether a number of time is milliseconds: its example, or what is said of it. */
export const isMillis = ({ example, description, format }: Shape): boolean =>
  Number(example) > 1e11 || /milli/i.test(description) || /milli|\bms\b/i.test(format)

/** The `format` of a value of ours at the provider, where it needs one. */
export function formatOf(shape: Shape, type: Scalar): string | undefined {
  switch (type) {
    case 'instant':
    case 'date':
      if (isCounted(shape)) return isMillis(shape) ? 'unix-millis' : 'unix-seconds'
      return type === 'instant' && /^\/Date\(/.test(String(shape.example)) ? 'dotnet' : undefined
    case 'number':
      return shape.type === 'string' ? 'number-text' : undefined
    case 'text':
      return isCounted(shape) ? 'number-id' : undefined
    default:
      return undefined
  }
}
