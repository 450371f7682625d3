// A row of the field table for a field that is one value.
import type { ValueRow } from '../../../src/mapping/schema/index.ts'
import type { Field, Model, Scalar } from '../../../src/models/index.ts'
import { TODO } from '../../check/unwritten.ts'
import { formatOf, isCounted, optionFor } from './match.ts'
import { type Node, nodesOf } from './shape.ts'
import type { Specification } from './specification.ts'
import { optionWords, plain } from './words.ts'

type Enum = NonNullable<ValueRow['enum']>

/** What a provider takes on create and update: the paths of its record, or undefined where nobody says. */
export interface Sent {
  readonly create: ReadonlyMap<string, Node> | undefined
  readonly update: ReadonlyMap<string, Node> | undefined
  /** Whether the model has the verbs at all. */
  readonly has: { readonly create: boolean; readonly update: boolean }
}
export const nodesByPath = (spec: Specification, schema: unknown): ReadonlyMap<string, Node> | undefined =>
  schema === undefined ? undefined : new Map(nodesOf(spec, schema).map(node => [node.path, node]))

/** How far a row may be written: on both verbs, one of them, or none. */
export type Writable = { readonly write?: false; readonly create?: false; readonly update?: false }
export function writableAt(sent: Sent, paths: readonly string[], isReadOnly: boolean): Writable {
  const on = (verb: 'create' | 'update') => {
    const known = sent[verb]
    if (!sent.has[verb]) return undefined
    return known ? paths.every(path => known.has(path) && !known.get(path)!.shape.isReadOnly) : !isReadOnly
  }
  const [create, update] = [on('create'), on('update')]
  if (create !== true && update !== true) return { write: false }
  return { ...(create === false && { create: false as const }), ...(update === false && { update: false as const }) }
}

/** How many values of theirs a note names. */
const SOME = 12

/** Ours → theirs for the values that a specification lists; `TODO` where they cannot be told. */
export function enumOf(words: Readonly<Record<string, string>>, values: readonly unknown[], isNumber: boolean): Enum {
  const theirs = values.filter(one => one !== null && one !== '') as (string | number)[]
  const names = Object.keys(words)
  const all = (value: (name: string) => string): Enum => Object.fromEntries(names.map(name => [name, value(name)]))
  if (theirs.length === 0) return all(name => (isNumber ? `${TODO}: their number` : name))
  const found = names.flatMap((name): [string, Enum[string]][] => {
    // Of several, the one that our words name first is the one that is written.
    const order = words[name]!.split(' ')
    const own = theirs
      .filter(one => optionFor(words, one) === name)
      .sort((a, b) => order.indexOf(plain(String(a))) - order.indexOf(plain(String(b))))
    return own.length === 0 ? [] : [[name, own.length === 1 ? own[0]! : own]]
  })
  return found.length > 0 ? Object.fromEntries(found) : all(() => `${TODO}: one of ${theirs.slice(0, SOME).join(', ')}`)
}

/** A row without what it does not need: a path alone is a text. */
export const rowOf = (row: ValueRow): string | ValueRow => {
  const keys = Object.keys(row)
  return keys.length === 1 && row.at !== undefined ? row.at : row
}

/** The words that say that a number counts in hundredths, or in the smallest unit of its currency. */
const MINOR = /smallest (?:currency )?unit|in cents|minor unit|\bcents\b/i

/** The row of a field over a value of theirs. */
export function valueRow(
  model: Model,
  name: string,
  node: Node,
  { sent, currency }: { readonly sent: Sent; readonly currency: string | undefined },
): string | ValueRow {
  const field = model.fields[name] as Extract<Field, { type: Scalar }>
  const words = optionWords(`${model.name}.${name}`)
  const hasEnum = words !== undefined && 'options' in field && field.options !== undefined
  const isFixed = 'readOnly' in field && field.readOnly === true
  const writable = isFixed ? {} : writableAt(sent, [node.path], node.shape.isReadOnly)
  const elsewhere = isFixed ? undefined : writtenElsewhere(node, sent)
  const isReadOnly = isFixed || (elsewhere === undefined && writable.write === false)
  const format = hasEnum ? undefined : valueFormat(node, field.type, currency)
  return rowOf({
    ...(elsewhere === undefined ? { at: node.path } : { read: node.path }),
    // What is only read is a text of a number without any format.
    ...(format !== undefined && !(format === 'number-id' && isReadOnly) && { format }),
    ...(hasEnum && { enum: enumOf(words, valuesOf(node, sent), isCounted(node.shape)) }),
    ...(elsewhere === undefined ? writable : { write: elsewhere }),
  })
}

/** The format of a value: an amount that is said to count in cents is one in the currency beside it. */
function valueFormat({ shape }: Node, type: Scalar, currency: string | undefined): ValueRow['format'] {
  if (type !== 'number' || !MINOR.test(shape.description)) return formatOf(shape, type)
  return currency === undefined ? 'hundredths' : { minor: currency }
}

/** The values of a closed list: of the answer, else of what is sent. */
const valuesOf = ({ path, shape }: Node, { create, update }: Sent): readonly unknown[] =>
  [shape.values, update?.get(path)?.shape.values, create?.get(path)?.shape.values].find(one => one && one.length > 0) ??
  []

/** Where a reference that is read as `owner.id` is written: `owner` or `owner_id`. */
function writtenElsewhere({ keys }: Node, sent: Sent): string | undefined {
  const known = sent.create ?? sent.update
  if (!known || keys.length !== 2 || known.has(keys.join('.'))) return undefined
  const [head = ''] = keys
  const isValue = (name: string) =>
    known.has(name) && !['object', 'array'].includes(String(known.get(name)!.shape.type))
  return [head, `${head}_id`, `${head}Id`].find(isValue)
}
