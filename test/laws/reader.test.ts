import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { z } from 'zod'
import { records } from '../../bin/check/laws/arbitrary.ts'
import { stockOf } from '../../bin/check/laws/laws.ts'
import { RUNS, SEED } from '../../bin/check/laws/seed.ts'
import type { Subject } from '../../bin/check/laws/subject.ts'
import { clone, isObject, type Path, put } from '../../src/mapping/path.ts'
import type { Unified, Warning } from '../../src/mapping/read.ts'
import type { Model } from '../../src/models/index.ts'
import { recordSchema } from '../../src/models/record-schema.ts'
import { subjects } from './subjects.ts'

console.log(`reader: seed ${SEED}, ${RUNS} runs each`)

/** Values that providers are known to answer where another kind was promised. */
const odd = fc.constantFrom<unknown>(
  null,
  '',
  [],
  {},
  [null],
  [[]],
  [{}],
  0,
  -1,
  1e21,
  2 ** 53 + 2,
  true,
  'null',
  '0000-00-00',
  '2026-02-30',
  '2026-02-30T10:00:00Z',
  '2026-13-01',
  '10000-01-01',
  '/Date(99999999999999999)/',
  { type: 'doc', content: [null, { type: 'text' }] },
  { year: 2026, month: 2, day: 30 },
  { year: 0 },
  { value: null },
  '__proto__',
  'x'.repeat(300),
)
const any = fc.oneof({ weight: 2, arbitrary: odd }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) })

/** A record with anything at all in the places that the table reads. */
const shaped = ({ mapping }: Subject): fc.Arbitrary<unknown> => {
  const paths = mapping.table.rows.flatMap(row => row.reads)
  const places = fc.constantFrom(...paths.flatMap(path => path.map((_, i): Path => path.slice(0, i + 1))))
  return fc.array(fc.tuple(places, any), { maxLength: 8 }).map(given => {
    const record: Record<string, unknown> = {}
    for (const [path, value] of given) if (path.at(-1)!.pick === undefined) put(record, path, clone(value))
    return record
  })
}

/** Every place in a value, as keys. */
function placesIn(value: unknown, at: readonly string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return at.length > 0 ? [[...at]] : []
  const below = Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))
  return at.length > 0 ? [[...at], ...below] : below
}
function replaced(value: unknown, [key, ...keys]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  const out = Array.isArray(value) ? [...value] : { ...(value as object) }
  ;(out as Record<string, unknown>)[key] = replaced((value as Record<string, unknown>)[key], keys, by)
  return out
}
/** A good record in which some places hold something else, null above all. */
const spoilt = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  good.chain(record => {
    const places = placesIn(record)
    if (places.length === 0) return fc.constant(record)
    const spoil = fc.tuple(fc.constantFrom(...places), fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, any))
    return fc.array(spoil, { minLength: 1, maxLength: 3 }).map(spoils =>
      spoils.reduce((value, [place, by]) => {
        const there = place.slice(0, -1).reduce<unknown>((v, k) => (v as Record<string, unknown> | null)?.[k], value)
        return isObject(there) || Array.isArray(there) ? replaced(value, place, by) : value
      }, record),
    )
  })

const good = (subject: Subject): fc.Arbitrary<unknown> => {
  const written = subject.mapping.verbs.create?.hasRequest
    ? [records(subject, 'create').map(created => stockOf(subject, created).stored)]
    : []
  const fixed = subject.records.length > 0 ? [fc.constantFrom(...subject.records)] : []
  const sources = [...written, ...fixed]
  return sources.length > 0 ? fc.oneof(...sources) : fc.constant({})
}

const schemas = new Map<Model, z.ZodType>()
/** The schema of an answer, made once: making it takes longer than reading. */
function schemaOf(model: Model): z.ZodType {
  const made = schemas.get(model) ?? recordSchema(model)
  schemas.set(model, made)
  return made
}

/** Reads, and judges the answer by the schema that the OpenAPI document publishes. */
function judge({ mapping }: Subject, record: unknown): void {
  const warnings: Warning[] = []
  // The routes answer the id that was asked for where a record has none.
  const answer: Unified = { id: '1', ...mapping.reader(undefined)(record, warnings) }
  const valid = schemaOf(mapping.model).safeParse(answer)
  // A range bounds what a caller may write; providers keep to none.
  const faults = valid.error?.issues.filter(({ code }) => code !== 'too_small' && code !== 'too_big') ?? []
  if (faults.length > 0) throw new Error(`${JSON.stringify(answer)}: ${JSON.stringify(faults)}`)
  for (const { field, code, detail } of warnings)
    if (!field || !code || !detail) throw new Error(`a warning without a field, a code or a sentence: ${field} ${code}`)
}

describe.each(subjects().map(subject => [subject.name, subject] as const))('%s never throws', (_, subject) => {
  test.each<[string, fc.Arbitrary<unknown>]>([
    ['on any JSON', fc.jsonValue()],
    ['on anything in the places it reads', shaped(subject)],
    ['on a good record spoilt', spoilt(good(subject))],
  ])('%s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, record => judge(subject, record)),
      { seed: SEED, numRuns: RUNS * 2 },
    )
  })
})
