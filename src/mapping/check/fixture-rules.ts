import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { entry, isNothing, isObject, keysOf, parsePath } from '../path.ts'
import { down, near } from '../report.ts'
import type { Fixture } from '../schema/fixture.ts'
import { compileTable, type FieldOverrides, type TableRow } from '../table.ts'
import { strangeRows } from './completeness.ts'
import { completenessOf, leavesOf, plain } from './leaves.ts'
import { checkListFixtures } from './list-fixtures.ts'
import { recordsIn, writeVerbOf } from './records-in.ts'
import type { Tell } from './tell.ts'

export { recordsIn } from './records-in.ts'

/** A fixture with the name of its file. */
export interface NamedFixture {
  readonly name: string
  readonly fixture: Fixture
}

const answers = (fixture: Fixture): Record<string, unknown>[] =>
  [fixture, ...(fixture.pages ?? [])].flatMap(({ answer }) => {
    if (answer.status >= 300 || !isObject(answer.body)) return []
    return [(answer.body as { data?: unknown }).data].flat().filter(isObject)
  })

/** A row's value in a unified record: `custom_fields.tier` is looked up below. */
const held = (record: unknown, { field, custom }: TableRow): unknown => {
  if (!isObject(record)) return undefined
  if (custom === undefined) return record[field]
  return isObject(record.custom_fields) ? record.custom_fields[custom] : undefined
}

/** The field table as the fixture's connection has it: with its own `field_mappings`. */
function tableOf({ model, file, table }: Mapping, { metadata }: Fixture, tell: Tell): Mapping['table'] {
  const all = metadata?.field_mappings
  const own = isObject(all) ? all[model.name] : undefined
  return isObject(own) ? compileTable(model, file, own as FieldOverrides, tell) : table
}

/**
 * What fixtures must prove: every row has a value in an answer written by hand, every row that can be written has a
 * value in a write on each of its verbs, every leaf of every reply is read or ignored, there is a fixture for every verb
 * and for a failure, and lists are asked for all that they offer.
 */
export function checkFixtures(mapping: Mapping, all: readonly NamedFixture[], tell: Tell): void {
  const own = all.filter(({ fixture }) => fixture.model === mapping.model.name)
  const fixtures = own.map(({ fixture }) => fixture)
  checkRows(mapping, fixtures, tell)
  checkLeaves(mapping, own, tell)
  checkVerbs(mapping, fixtures, tell)
  if (mapping.list) checkListFixtures(mapping, fixtures, tell)
}

function checkRows(mapping: Mapping, fixtures: readonly Fixture[], tell: Tell): void {
  const read = fixtures.flatMap(answers)
  for (const row of mapping.table.rows) {
    if (!read.some(record => !isNothing(held(record, row))))
      tell(row.pointer, `no fixture reads a value of "${row.field}"`)
    const unwritten = (['create', 'update'] as const).filter(
      verb =>
        mapping.verbs[verb] &&
        row.can(verb) &&
        !fixtures.some(fixture => writeVerbOf(fixture) === verb && !isNothing(held(fixture.call.body, row))),
    )
    if (unwritten.length > 0) tell(row.pointer, `no fixture writes "${row.field}" on ${unwritten.join(', nor on ')}`)
  }
}

/** Names of fixtures, the first few of them. */
const named = ([first, ...more]: readonly string[]): string =>
  `fixtures/${first}${more.length > 0 ? ` and ${more.length} more` : ''}`

/** What a row reads that no reply holds, where a leaf that nothing reads stands beside it under nearly the same name. */
function misspelt(leaf: string, rows: readonly TableRow[], seen: ReadonlySet<string>) {
  const [key = '', ...above] = leaf.split('.').toReversed()
  const isSeen = (path: string) => [...seen].some(one => one === path || one.startsWith(`${path}.`))
  for (const row of rows)
    for (const path of row.reads.map(plain)) {
      const [other = '', ...parent] = path.split('.').toReversed()
      const isNear = other.length >= TOLD && near(other, [key]) !== undefined
      if (isNear && parent.join() === above.join() && !isSeen(path)) return { row, from: other, to: key, path }
    }
  return undefined
}
/** Names shorter than this are near to nearly all others. */
const TOLD = 4

/** The last keys of all texts in rows of fields that the model does not have: what they would have read. */
function keysOfStrange(mapping: Mapping): Set<string> {
  const texts = JSON.stringify(strangeRows(mapping).map(name => mapping.file.fields[name])).match(/"[^"]*"/g) ?? []
  return new Set(texts.map(text => keysOf(parsePath(text.slice(1, -1)) ?? []).at(-1) ?? ''))
}

function checkLeaves(mapping: Mapping, own: readonly NamedFixture[], tell: Tell): void {
  const seen = new Set<string>()
  const unread = new Map<string, string[]>()
  const usual = completenessOf(mapping)
  for (const { name, fixture } of own) {
    const table = tableOf(mapping, fixture, tell)
    const completeness = table === mapping.table ? usual : completenessOf({ ...mapping, table })
    const records = recordsIn(mapping, fixture)
    for (const record of records) leavesOf(record, '', seen)
    for (const leaf of new Set(records.flatMap(record => completeness.unaccounted(record))))
      unread.set(leaf, [...(unread.get(leaf) ?? []), name])
  }
  const strange = keysOfStrange(mapping)
  for (const [leaf, names] of unread) {
    if (strange.has(leaf.split('.').at(-1)!)) continue
    const meant = misspelt(leaf, mapping.table.rows, seen)
    if (!meant) tell('/fields', `"${leaf}" in ${named(names)} is neither read nor ignored`)
    else
      tell(
        meant.row.pointer,
        `"${meant.row.field}" reads "${meant.path}", which no reply holds; did you mean "${leaf}"?`,
        {
          from: meant.from,
          to: meant.to,
        },
      )
  }
}

function checkVerbs(mapping: Mapping, fixtures: readonly Fixture[], tell: Tell): void {
  const has = (method: string, test: (fixture: Fixture) => boolean = () => true) =>
    fixtures.some(fixture => fixture.call.method === method && fixture.answer.status < 300 && test(fixture))
  const isList = ({ call }: Fixture) => new RegExp(`^/${mapping.model.name}(\\?|$)`).test(call.path)
  if (listsOf(mapping.file).length > 0 && !has('GET', isList)) tell('/list', 'no fixture lists')
  if (mapping.verbs.get && !has('GET', fixture => !isList(fixture))) tell('/get', 'no fixture gets')
  for (const [verb, method] of [
    ['create', 'POST'],
    ['update', 'PATCH'],
    ['delete', 'DELETE'],
  ] as const)
    if (mapping.verbs[verb] && !has(method)) tell(down('', verb), `no fixture for ${verb}`)
  const effect = mapping.verbs.delete?.spec.delete_effect
  const shows = ({ answer }: Fixture) => entry(answer.headers ?? {}, 'delete-means') === effect
  if (effect !== undefined && has('DELETE') && !has('DELETE', shows))
    tell('/delete/delete_effect', `no fixture shows the header "delete-means": "${effect}"`)
  if (!fixtures.some(({ answer }) => answer.status >= 400)) tell('', 'no fixture shows a failure')
}
