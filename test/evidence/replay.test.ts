// Recorded answers of the providers, bent out of shape leaf by leaf: whatever a provider sends, reading is a value, the
// answer keeps to our schema, and what was lost is told.
import { describe, expect, test } from 'vitest'
import { type Provider, providersOf } from '../../bin/generate/coverage.ts'
import { recordsOf } from '../../bin/recorded/fields.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { matcher } from '../../src/mapping/errors.ts'
import { clone, isObject } from '../../src/mapping/path.ts'
import type { Unified, Warning } from '../../src/mapping/read.ts'
import { models } from '../../src/models/index.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { hasEvidence, recordings } from '../support/evidence.ts'

const PROVIDERS = ['attio', 'hubspot', 'pipedrive', 'salesforce']
/** What stands where something else was promised. */
const STRANGE = [null, '', 'x', '0', -1, 1e21, 0.5, true, [], [null], ['x', 1], {}, { strange: { deep: [1] } }]
/** A value that no row of any model can read as text, number, time or list. */
const UNREADABLE = { strange: true }

type Key = string | number
type Container = Record<Key, unknown>
type Change = (parent: Container, key: Key) => void

const providers = providersOf().filter(({ id }) => PROVIDERS.includes(id))
const cases = providers.flatMap(given =>
  given.mappings.map(mapping => ({ name: `${given.id}/${mapping.model.name}`, mapping, given })),
)

/** The addresses of everything below a value: containers and leaves. */
function placesOf(value: unknown, at: readonly Key[] = []): Key[][] {
  if (value === null || typeof value !== 'object') return []
  const keys: Key[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return keys.flatMap(key => [[...at, key], ...placesOf((value as Container)[key], [...at, key])])
}
const valueAt = (value: unknown, place: readonly Key[]): unknown =>
  place.reduce((inner, key) => (inner as Container)[key], value)

function changed<T>(record: T, place: readonly Key[], change: Change): T {
  const copy = clone(record)
  change(valueAt(copy, place.slice(0, -1)) as Container, place.at(-1)!)
  return copy
}
const set =
  (value: unknown): Change =>
  (parent, key) => {
    parent[key] = clone(value)
  }
const remove: Change = (parent, key) => {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

/** Every object in an answer that could be taken for a record: the whole, and what stands at the usual places. */
const recordsIn = (body: unknown): Container[] =>
  [body, ...(isObject(body) ? [body.data, body.results, body.records].flat() : [body].flat())].filter(isObject)

const schemas = Object.fromEntries(Object.values(models).map(model => [model.name, recordSchema(model)]))

/** Reads records as a page of a list, and checks what the schema promises of it. */
function readPage(mapping: Mapping, records: readonly unknown[]): { data: Unified[]; warnings: readonly Warning[] } {
  const page = mapping.list!.read(records, undefined, false)
  for (const record of page.data) {
    const { error } = schemas[mapping.model.name]!.safeParse(record)
    if (error) expect.fail(`${JSON.stringify(record)}: ${error.message}`)
  }
  return page
}

describe.skipIf(!hasEvidence)('every recorded exchange', () => {
  test.each(cases)('reads as $name without an exception, whatever it is of', ({ mapping, given }) => {
    const bodies = recordings(given.id).map(({ response }) => response.body)
    expect(bodies.length).toBeGreaterThan(5)
    for (const body of bodies) {
      readPage(mapping, [body])
      for (const record of recordsIn(body)) readPage(mapping, [record])
    }
  })
})

const own = ({ mapping, given }: { mapping: Mapping; given: Provider }) =>
  recordsOf(mapping, given.provider, hasEvidence ? recordings(given.id) : [])
// By the mapping files and not by the evidence, so that these tests have their names also where they are left out.
const recorded = cases.filter(({ mapping }) => mapping.evidence.recorded)

describe.skipIf(!hasEvidence)('every recorded record', () => {
  test('is one of these models', () => {
    const found = cases.filter(one => own(one).length > 0).map(({ name }) => name)
    expect(found).toEqual(recorded.map(({ name }) => name))
    expect(found).toEqual([
      'attio/contacts',
      'hubspot/contacts',
      'hubspot/companies',
      'hubspot/deals',
      'pipedrive/deals',
      'salesforce/companies',
    ])
  })

  test.each(recorded)('$name keeps to the schema with any place missing or of another type', one => {
    const { exclude } = one.mapping.file
    const isSkipped = exclude ? matcher(exclude) : () => false
    for (const { id, record } of own(one)) {
      for (const place of placesOf(record)) {
        for (const change of [remove, ...STRANGE.map(set)]) {
          const bent = changed(record, place, change)
          const { data, warnings } = readPage(one.mapping, [bent])
          // A record without an id is told and left out.
          if (data.length === 1 || isSkipped(bent)) continue
          expect(warnings.at(-1), `${id} ${place.join('.')}`).toMatchObject({ field: 'id', code: 'unreadable' })
        }
      }
    }
  })

  test.each(recorded)('$name tells each field that is lost because a value is of another type', one => {
    for (const { id, record } of own(one)) {
      const whole = one.mapping.reader(undefined)(record, [])
      for (const place of placesOf(record)) {
        const value = valueAt(record, place)
        if (value === null || typeof value === 'object') continue
        const without: Warning[] = []
        const read = one.mapping.reader(undefined)(changed(record, place, set(UNREADABLE)), without)
        // What tells one kind of element from another is no value of a field: another kind is another element.
        if (['target_object', 'referenced_actor_type'].includes(String(place.at(-1)))) continue
        const lost = Object.keys(whole).filter(field => JSON.stringify(read[field]) !== JSON.stringify(whole[field]))
        const told = new Set(without.map(({ field }) => field.split('.')[0]))
        expect(
          lost.filter(field => !told.has(field)),
          `${id} ${place.join('.')}`,
        ).toEqual([])
      }
    }
  })

  test.each(recorded)('$name reads the same with members that nobody knows yet', one => {
    for (const { record } of own(one)) {
      const read = one.mapping.reader(undefined)
      const more = clone(record) as Container
      for (const at of [more, ...placesOf(more).map(place => valueAt(more, place))])
        if (isObject(at)) Object.assign(at, { new_member: 'x', new_list: [{ a: 1 }], new_object: { b: null } })
      const warnings: Warning[] = []
      const { custom_fields: _, ...unified } = read(more, warnings)
      const { custom_fields: __, ...before } = read(record, [])
      expect([unified, warnings]).toEqual([before, []])
    }
  })
})
