import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { getter, isNothing, isObject, parsePath } from '../path.ts'
import { down, type Report } from '../report.ts'
import type { WriteVerb } from '../row.ts'
import type { Fixture } from '../schema/fixture.ts'
import { compileTable, type FieldOverrides } from '../table.ts'
import { completenessOf } from './leaves.ts'

/** A fixture with the name of its file. */
export interface NamedFixture {
  readonly name: string
  readonly fixture: Fixture
}

/** The provider's records in the replies of a fixture, by the places where the mapping says that records are. */
export function recordsIn(mapping: Mapping, fixture: Fixture): unknown[] {
  const pages = [fixture, ...(fixture.pages ?? [])]
  const replies = pages.flatMap(page => page.exchanges).filter(e => e.reply.status < 300 && isObject(e.reply.body))
  const lists = listsOf(mapping.file)
  const getters = [
    ...lists.map(list => ({
      records: getter(parsePath(list.records ?? '') ?? []),
      record: getter(parsePath(list.record ?? '') ?? []),
    })),
  ]
  const ones = Object.values(mapping.verbs).map(verb => getter(parsePath(verb?.spec.record ?? '') ?? []))
  // An answer without an id is no record: that of a link, made by a hook.
  const ids = (mapping.table.byField.get('id')?.reads ?? []).map(getter)
  const isRecord = (value: unknown) => isObject(value) && ids.some(get => !isNothing(get(value)))
  return replies.flatMap(({ reply }) => {
    for (const { records, record } of getters) {
      const list = records(reply.body)
      if (Array.isArray(list)) return list.map(record)
    }
    return ones
      .map(get => get(reply.body))
      .filter(isRecord)
      .slice(0, 1)
  })
}

const answers = (fixture: Fixture): Record<string, unknown>[] =>
  [fixture, ...(fixture.pages ?? [])].flatMap(({ answer }) => {
    if (answer.status >= 300 || !isObject(answer.body)) return []
    return [(answer.body as { data?: unknown }).data].flat().filter(isObject)
  })

const verbOf = (fixture: Fixture): WriteVerb | undefined =>
  fixture.answer.status >= 300
    ? undefined
    : fixture.call.method === 'POST'
      ? 'create'
      : fixture.call.method === 'PATCH'
        ? 'update'
        : undefined

/** A row's value in a unified record: `custom_fields.tier` is looked up below. */
const held = (record: unknown, field: string, custom: string | undefined): unknown => {
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
 * value in a write on each of its verbs, there is a fixture for every verb and for a failure, and every leaf of every
 * reply is read or ignored.
 */
export function checkFixtures(mapping: Mapping, all: readonly NamedFixture[], report: Report): void {
  const own = all.filter(({ fixture }) => fixture.model === mapping.model.name)
  const read = own.flatMap(({ fixture }) => answers(fixture))
  for (const row of mapping.table.rows) {
    if (!read.some(record => !isNothing(held(record, row.field, row.custom))))
      report(row.pointer, `no fixture reads a value of "${row.field}"`)
    for (const verb of ['create', 'update'] as const) {
      if (!mapping.verbs[verb] || !row.can(verb)) continue
      const written = own.some(
        ({ fixture }) => verbOf(fixture) === verb && !isNothing(held(fixture.call.body, row.field, row.custom)),
      )
      if (!written) report(row.pointer, `no fixture writes "${row.field}" on ${verb}`)
    }
  }
  for (const { name, fixture } of own) {
    const completeness = completenessOf({ ...mapping, table: tableOf(mapping, fixture, report) })
    for (const leaf of new Set(recordsIn(mapping, fixture).flatMap(record => completeness.unaccounted(record))))
      report('/fields', `"${leaf}" in fixtures/${name} is neither read nor ignored`)
  }
  checkVerbs(mapping, own, report)
}

function checkVerbs(mapping: Mapping, own: readonly NamedFixture[], report: Report): void {
  const has = (method: string, test: (fixture: Fixture) => boolean = () => true) =>
    own.some(({ fixture }) => fixture.call.method === method && fixture.answer.status < 300 && test(fixture))
  const name = mapping.model.name
  const isList = (fixture: Fixture) => new RegExp(`^/${name}(\\?|$)`).test(fixture.call.path)
  if (mapping.list && !has('GET', isList)) report('/list', 'no fixture lists')
  if (
    mapping.list &&
    listsOf(mapping.file).some(list => list.page) &&
    !own.some(({ fixture }) => isList(fixture) && fixture.pages?.length)
  )
    report('/list', 'no fixture walks through pages')
  if (mapping.verbs.get && !has('GET', fixture => !isList(fixture))) report('/get', 'no fixture gets')
  for (const [verb, method] of [
    ['create', 'POST'],
    ['update', 'PATCH'],
    ['delete', 'DELETE'],
  ] as const)
    if (mapping.verbs[verb] && !has(method)) report(down('', verb), `no fixture for ${verb}`)
  if (!own.some(({ fixture }) => fixture.answer.status >= 400)) report('', 'no fixture shows a failure')
}
