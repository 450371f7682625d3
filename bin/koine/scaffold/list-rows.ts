// A row of the field table for a field that is a list: emails, phone numbers, addresses, tags, lines of an invoice.
import type { EachRow, FieldRow, PositionsRow, ValueRow } from '../../../src/mapping/schema/index.ts'
import type { Model, RowsField } from '../../../src/models/index.ts'
import { LISTS } from './list-words.ts'
import { findNode, formatOf, isCounted, type Names } from './match.ts'
import { type Node, nodesOf, shapeOf } from './shape.ts'
import type { Specification } from './specification.ts'
import { enumOf, rowOf, type Sent, valueRow, writableAt } from './value-rows.ts'
import { optionWords, plain } from './words.ts'

type Members = Record<string, string | ValueRow>

/** The members of an element of ours among the values of one of theirs. */
function membersOf(
  field: RowsField,
  words: Readonly<Record<string, string>>,
  nodes: readonly Node[],
  of: string,
): Members {
  const out: Members = {}
  const taken = new Set<string>()
  for (const [member, { type }] of Object.entries(field.members)) {
    const order = (words[member] ?? member).split(' ')
    const fits = nodes.filter(
      ({ path, shape }) =>
        !taken.has(path) && shape.type !== 'object' && shape.type !== 'array' && shape.type !== 'boolean',
    )
    const found = order.flatMap(word => fits.find(({ keys }) => plain(keys.join('')) === word) ?? [])[0]
    if (!found) continue
    taken.add(found.path)
    const options = member === 'type' ? optionWords(of) : undefined
    const format = formatOf(found.shape, type)
    out[member] = rowOf({
      at: found.path,
      ...(format !== undefined && { format }),
      ...(options && { enum: enumOf(options, found.shape.values, isCounted(found.shape)) }),
    })
  }
  return out
}

interface Finding {
  readonly spec: Specification
  readonly names: Names
  readonly sent: Sent
}

const PRIMARY = /^(is_?)?(primary|default|main)$/i
/** First members of ours that an element may lack. */
const OPTIONAL = ['id', 'street_1']

/** A list of theirs whose elements are objects. */
function eachOf(name: string, field: RowsField, { spec, names, sent }: Finding): EachRow | undefined {
  const words = LISTS[name]!
  for (const list of words.lists.split(' '))
    for (const node of names.of(list)) {
      if (node.shape.type !== 'array') continue
      const elements = nodesOf(spec, node.shape.items, 3)
      const row = membersOf(field, words.members, elements, name)
      const [first = ''] = Object.keys(field.members)
      // An email without its address is none; an address without a street, or a line without an id, is one.
      const isWhole = first in row || (OPTIONAL.includes(first) && Object.keys(row).length > 0)
      if (!isWhole) continue
      const primary = elements.find(({ path, shape }) => shape.type === 'boolean' && PRIMARY.test(path))
      return {
        each: node.path,
        ...(primary && { primary: primary.path }),
        row,
        ...writableAt(sent, [node.path], node.shape.isReadOnly),
      }
    }
  return undefined
}

/** An element of ours over fixed places, with the paths that it stands at. */
interface Position {
  readonly position: Members
  readonly paths: readonly string[]
}
const textBy = (names: Names, words: string): Node | undefined =>
  words.split(' ').flatMap(word => names.of(word).find(({ shape }) => shape.type === 'string') ?? [])[0]
const anyBy = (names: Names, words: string): Node | undefined =>
  words.split(' ').flatMap(word => names.of(word)[0] ?? [])[0]
const typed = (type: string): Members => (type === '' ? {} : { type: { const: type } })

/** An object of theirs that is one element of ours: `address`, with its members. */
function objectPosition(name: string, field: RowsField, node: Node, { spec }: Finding): Position | undefined {
  const { type: _, ...members } = field.members
  const inner = nodesOf(spec, { properties: node.shape.properties }, 2)
  const found = membersOf({ ...field, members }, LISTS[name]!.members, inner, name)
  const position = Object.fromEntries(
    Object.entries(found).map(([member, row]) => [member, `${node.path}.${typeof row === 'string' ? row : row.at}`]),
  )
  const paths = Object.values(position)
  return paths.length > 1 ? { position, paths } : undefined
}

/** An address whose members stand beside all others. */
function flatPosition(name: string, { names }: Finding): Position[] {
  const { type: _, ...members } = LISTS[name]!.members
  const found = Object.entries(members).flatMap(([member, words]): [string, string][] => {
    const node = textBy(names, words)
    return node && !/(email|ip)/i.test(node.path) ? [[member, node.path]] : []
  })
  const position = Object.fromEntries(found)
  // A country alone is no address.
  return 'city' in position || 'postal_code' in position ? [{ position, paths: Object.values(position) }] : []
}

/** Single values of theirs, each an element of ours; then objects, each with its members. */
function positionsOf(name: string, field: RowsField, finding: Finding): PositionsRow | undefined {
  const { names, sent } = finding
  const { values = {}, objects = {} } = LISTS[name]!
  const [first = ''] = Object.keys(field.members)
  const single = ({ path }: Node): Position => ({ position: { [first]: path }, paths: [path] })
  const ofValues = Object.entries(values).flatMap(([words, type]) => {
    const node = textBy(names, words)
    return node ? [{ type, ...single(node) }] : []
  })
  const ofObjects = Object.entries(objects).flatMap(([words, type]) => {
    const node = anyBy(names, words)
    const found = node?.shape.type === 'string' ? single(node) : node && objectPosition(name, field, node, finding)
    return found ? [{ type, ...found }] : []
  })
  const placed = [...ofValues, ...ofObjects]
  const flat = placed.length === 0 && name === 'addresses' ? flatPosition(name, finding) : []
  const all = [...placed, ...flat.map(one => ({ type: '', ...one }))]
  if (all.length === 0) return undefined
  const paths = all.flatMap(one => one.paths)
  return {
    positions: all.map(({ position, type }) => ({ ...position, ...typed(type) })),
    ...writableAt(sent, paths, false),
  }
}

/** A list of texts: of texts of theirs, or of names of objects. */
function textsOf(node: Node, { spec, sent }: Finding): FieldRow | undefined {
  const element = shapeOf(spec, node.shape.items, true)
  const writable = writableAt(sent, [node.path], node.shape.isReadOnly)
  const inner = ['name', 'label', 'title', 'value'].find(key => Object.hasOwn(element.properties, key))
  if (inner !== undefined) return { each: node.path, item: inner, ...writable }
  if (element.type === 'object') return undefined
  return Object.keys(writable).length === 0 ? node.path : ({ at: node.path, ...writable } as ValueRow)
}

/** The row of any field of a model, where the record has it. */
export function findRow(
  model: Model,
  name: string,
  finding: Finding & { readonly references: readonly string[]; readonly currency: string | undefined },
): FieldRow | undefined {
  const field = model.fields[name]!
  if (field.type === 'rows') return eachOf(name, field, finding) ?? positionsOf(name, field, finding)
  const node = findNode(finding.names, model, name, finding.references)
  if (!node) return undefined
  if (field.type === 'list') return textsOf(node, finding)
  if (field.type === 'map') return { map: node.path, ...writableAt(finding.sent, [node.path], node.shape.isReadOnly) }
  return valueRow(model, name, node, finding)
}
