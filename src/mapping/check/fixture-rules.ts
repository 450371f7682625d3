import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { entry, isNothing, isObject, keysOf, parsePath } from '../path.ts'
import type { Report } from '../report.ts'
import type { Fixture } from '../schema/fixture.ts'
import { compileTable, type FieldOverrides, type TableRow } from '../table.ts'
import { strangeRows } from './completeness.ts'
import { completenessOf } from './leaves.ts'
import { checkListFixtures } from './list-fixtures.ts'
import { isChunk, recordsIn, writeVerbOf } from './records-in.ts'

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
function tableOf({ model, file, table }: Mapping, { metadata }: Fixture, report: Report): Mapping['table'] {
  const all = metadata?.field_mappings
  const own = isObject(all) ? all[model.name] : undefined
  return isObject(own) ? compileTable(model, file, own as FieldOverrides, report) : table
}

/**
 * What fixtures must prove: every row has a value in an answer written by hand, every row that can be written has a
 * value in a write on each of its verbs, every leaf of every reply is read or ignored, there is a fixture for every verb
 * and for a failure, and lists are asked for all that they offer; where names are wrong, which request serves a list
 * cannot be told.
 */
export function checkFixtures(
  mapping: Mapping,
  all: readonly NamedFixture[],
  hasWrongNames: boolean,
  report: Report,
): void {
  const own = all.filter(({ fixture }) => fixture.model === mapping.model.name)
  const fixtures = own.map(({ fixture }) => fixture)
  checkRows(mapping, fixtures, report)
  checkLeaves(mapping, own, report)
  checkVerbs(mapping, fixtures, report)
  if (mapping.list && !hasWrongNames) checkListFixtures(mapping, fixtures, report)
}

/** Reports rows that no fixture shows, in one line where they are several: one fixture may show them all. */
function checkRows({ table, verbs }: Mapping, fixtures: readonly Fixture[], report: Report): void {
  const tell = (rows: readonly TableRow[], at: string, say: (names: string) => string) => {
    const [first] = rows
    if (first) report(rows.length === 1 ? first.pointer : at, say(rows.map(({ field }) => `"${field}"`).join(', ')))
  }
  const read = fixtures.flatMap(answers)
  const unread = table.rows.filter(row => !read.some(record => !isNothing(held(record, row))))
  tell(unread, '/fields', names => `no fixture reads a value of ${names}`)
  for (const verb of ['create', 'update'] as const) {
    if (!verbs[verb]) continue
    const written = fixtures.filter(fixture => writeVerbOf(fixture) === verb).map(({ call }) => call.body)
    // That there is no fixture at all is told of the verb.
    if (written.length === 0) continue
    const unwritten = table.rows.filter(row => row.can(verb) && !written.some(body => !isNothing(held(body, row))))
    tell(unwritten, `/${verb}`, names => `no fixture writes ${names} on ${verb}`)
  }
}

/** Names of fixtures, the first few of them. */
const named = ([first, ...more]: readonly string[]): string =>
  `fixtures/${first}${more.length > 0 ? ` and ${more.length} more` : ''}`

/** The last keys of all texts in rows of fields that the model does not have: what they would have read. */
function keysOfStrange(mapping: Mapping): Set<string> {
  const texts = JSON.stringify(strangeRows(mapping).map(name => mapping.file.fields[name])).match(/"[^"]*"/g) ?? []
  return new Set(texts.map(text => keysOf(parsePath(text.slice(1, -1)) ?? []).at(-1) ?? ''))
}

function checkLeaves(mapping: Mapping, own: readonly NamedFixture[], report: Report): void {
  const usual = completenessOf(mapping)
  const strange = keysOfStrange(mapping)
  const unread = new Map<string, string[]>()
  for (const { name, fixture } of own) {
    const table = tableOf(mapping, fixture, report)
    const completeness = table === mapping.table ? usual : completenessOf({ ...mapping, table })
    for (const leaf of new Set(recordsIn(mapping, fixture).flatMap(record => completeness.unaccounted(record))))
      if (!strange.has(leaf.split('.').at(-1)!)) unread.set(leaf, [...(unread.get(leaf) ?? []), name])
  }
  for (const [leaf, names] of unread) report('/fields', `"${leaf}" in ${named(names)} is neither read nor ignored`)
}

function checkVerbs(mapping: Mapping, fixtures: readonly Fixture[], report: Report): void {
  const has = (method: string, test: (fixture: Fixture) => boolean = () => true) =>
    fixtures.some(
      fixture => fixture.call.method === method && !isChunk(fixture) && fixture.answer.status < 300 && test(fixture),
    )
  const isList = ({ call }: Fixture) => new RegExp(`^/${mapping.model.name}(\\?|$)`).test(call.path)
  if (listsOf(mapping.file).length > 0 && !has('GET', isList)) report('/list', 'no fixture lists')
  if (mapping.verbs.get && !has('GET', fixture => !isList(fixture))) report('/get', 'no fixture gets')
  for (const [verb, method] of [
    ['create', 'POST'],
    ['update', 'PATCH'],
    ['delete', 'DELETE'],
  ] as const)
    if (mapping.verbs[verb] && !has(method)) report(down('', verb), `no fixture for ${verb}`)
  const effect = mapping.verbs.delete?.spec.delete_effect
  const shows = ({ answer }: Fixture) => entry(answer.headers ?? {}, 'delete-means') === effect
  if (effect !== undefined && has('DELETE') && !has('DELETE', shows))
    report('/delete/delete_effect', `no fixture shows the header "delete-means": "${effect}"`)
  if (!fixtures.some(({ answer }) => answer.status >= 400)) report('', 'no fixture shows a failure')
}
