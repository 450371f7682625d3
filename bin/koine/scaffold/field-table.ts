// The field table of a model: a row for each field that the record has by name and type, the rest to be checked.
import { type FieldRow, kindOf, type ValueRow } from '../../../src/mapping/schema/index.ts'
import type { Model } from '../../../src/models/index.ts'
import { TODO } from '../../check/unwritten.ts'
import type { Collection } from './collection.ts'
import { findRow } from './list-rows.ts'
import { findNode, namesOf } from './match.ts'
import type { Requests } from './requests.ts'
import { readPaths } from './row-leaves.ts'
import { type Node, nodesOf, shapeOf } from './shape.ts'
import { nodesByPath, type Sent } from './value-rows.ts'
import { plain } from './words.ts'

export interface FieldTable {
  readonly fields: Record<string, FieldRow>
  readonly absent: Record<string, string>
  readonly required: string[]
  /** Maps of theirs that no row reads: a customer’s values by name. */
  readonly maps: readonly string[]
  /** Fields whose closed list holds our own words, since the specification lists none of theirs. */
  readonly guessed: readonly string[]
  /** Marks of records that are deleted or archived. */
  readonly flags: readonly string[]
}
export const ABSENT = 'to be checked: nothing of that name in the specification'
/** The row of an id that cannot be told. */
export const UNKNOWN_ID = `${TODO}: the path of the id`

const GONE = /^(is_?)?(deleted|archived|trashed)$/i
const BY_NAME = /^(?!.*history).*(propert|attribute|value|field|custom)/i
const IDS = /^(id|gid|uuid|key|number|code)$/

/** The value that the path of a record names: `number` for `{issue_number}`; nothing where `id` or none is meant. */
function idNode(nodes: readonly Node[], parameter: string | undefined, object: string): Node | undefined {
  const word = plain(parameter ?? '')
  const singular = object.replace(/ies$/, 'y').replace(/s$/, '')
  const rest = word.startsWith(singular) ? word.slice(singular.length) : word
  const isValue = ({ shape }: Node) => shape.type === 'string' || shape.type === 'integer'
  const top = (name: string) =>
    nodes.find(node => node.keys.length === 1 && plain(node.keys[0]!) === name && isValue(node))
  const below = nodes.find(({ keys }) => keys.length === 2 && plain(keys[0]!) === 'id' && plain(keys[1]!) === word)
  // `{contact_id}` is the `id` of a contact where it has one; `username` is no name.
  return (rest === 'id' ? top('id') : undefined) ?? top(word) ?? (IDS.test(rest) ? top(rest) : undefined) ?? below
}

/** The first keys of the paths that a row writes on create. */
function written(row: FieldRow): string[] {
  const kind = kindOf(row)
  const { write, create } = typeof row === 'object' ? (row as ValueRow) : {}
  if (write === false || create === false) return []
  const paths =
    kind.type === 'value'
      ? [typeof write === 'string' ? write : (readPaths(kind.row)[0] ?? '')]
      : kind.type === 'positions'
        ? kind.row.positions.flatMap(position => Object.values(position).flatMap(readPaths))
        : [kind.type === 'each' ? kind.row.each : kind.row.map]
  return paths.map(path => path.split('.')[0]!)
}

const isWritten = (row: FieldRow | undefined): boolean =>
  row !== undefined && !(typeof row === 'object' && 'write' in row && row.write === false)

/** One name of a person, where the provider keeps only its parts, or only the whole. */
function joinNames(model: Model, fields: Record<string, FieldRow>): void {
  if (!('first_name' in model.fields)) return
  const { first_name: first, last_name: last, name } = fields
  const [a, b] = [first, last].map(row => (row === undefined ? undefined : readPaths(row as ValueRow)[0]))
  if (name === undefined && a !== undefined && b !== undefined) fields.name = { join: [a, b], write: false }
  else if (isWritten(name) && !isWritten(first) && !isWritten(last)) {
    const row: ValueRow = typeof name === 'string' ? { at: name } : (name as ValueRow)
    fields.name = { ...row, compose_from: ['first_name', 'last_name'] }
  }
}

/** Fields whose closed list is a guess: `status`, `emails.type`. */
function guessedIn(
  fields: Readonly<Record<string, FieldRow>>,
  listed: (path: string, under?: string) => boolean,
): string[] {
  const isGuess = (row: string | ValueRow | undefined, under?: string): boolean =>
    typeof row === 'object' &&
    row.enum !== undefined &&
    Object.entries(row.enum).every(([ours, theirs]) => ours === theirs) &&
    !listed(readPaths(row)[0] ?? '', under)
  return Object.entries(fields).flatMap(([name, row]) => {
    const kind = kindOf(row)
    if (kind.type === 'value') return isGuess(kind.row) ? [name] : []
    return kind.type === 'each' && isGuess(kind.row.row?.type, kind.row.each) ? [`${name}.type`] : []
  })
}

/** Finds the field table. `references` are the names by which the provider's other records are referred to, by field. */
export function findFields(
  { spec, path, item }: Collection,
  model: Model,
  { record, create, update }: Requests,
  references: Readonly<Record<string, readonly string[]>>,
): FieldTable {
  const nodes = nodesOf(spec, record)
  const sent: Sent = {
    create: nodesByPath(spec, create?.sent),
    update: nodesByPath(spec, update?.sent ?? create?.sent),
    has: { create: create !== undefined, update: update !== undefined },
  }
  const object = plain(path.split('/').findLast(one => one !== '' && !one.startsWith('{')) ?? '')
  const names = namesOf(nodes, model, object)
  const currency = model.fields.currency && findNode(names, model, 'currency')?.path
  const id = idNode(nodes, item?.parameter, object)?.path
  const fields: Record<string, FieldRow> = {}
  const taken = new Set<string>()
  for (const name of Object.keys(model.fields)) {
    const finding = { spec, names, sent, currency, references: references[name] ?? [] }
    const row = name === 'id' ? (id ?? findRow(model, name, finding) ?? UNKNOWN_ID) : findRow(model, name, finding)
    const text = JSON.stringify(row)
    // What two fields of ours would both read is the first one's; but people call a record by its id, too.
    if (row !== undefined && (!taken.has(text) || name === 'number')) fields[name] = row
    taken.add(text)
  }
  joinNames(model, fields)
  const rows = JSON.stringify(fields)
  const required = create?.sent === undefined ? [] : shapeOf(spec, create.sent, true).required
  const top = nodes.filter(({ keys }) => keys.length === 1)
  const paths = (test: (node: Node) => boolean) => top.filter(test).map(node => node.path)
  const isListed = (at: string, under?: string): boolean => {
    const all = under === undefined ? [nodes, ...[sent.create, sent.update].map(one => [...(one?.values() ?? [])])] : []
    const items = nodes.find(node => node.path === under)?.shape.items
    const inner = items === undefined ? [] : [nodesOf(spec, items)]
    return [...all, ...inner].some(list => list.some(node => node.path === at && node.shape.values.length > 0))
  }
  const ordered = Object.keys(model.fields)
  return {
    fields: Object.fromEntries(ordered.flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
    absent: Object.fromEntries(ordered.filter(name => fields[name] === undefined).map(name => [name, ABSENT])),
    required: ordered.filter(name => fields[name] && written(fields[name]).some(key => required.includes(key))),
    maps: paths(node => node.shape.isMap && !rows.includes(`"${node.path}"`) && BY_NAME.test(node.path)),
    guessed: guessedIn(fields, isListed),
    flags: paths(node => node.shape.type === 'boolean' && GONE.test(node.keys[0]!)),
  }
}
