import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isObject } from '../../src/mapping/path.ts'
import { records } from './arbitrary.ts'
import { type Case, laws, lawsFor } from './laws.ts'
import { RUNS, SEED } from './seed.ts'
import { type Subject, subjects } from './subject.ts'

console.log(`laws: seed ${SEED}, ${RUNS} runs each`)

const cases = (subject: Subject): fc.Arbitrary<Case> =>
  fc.record({
    created: records(subject, 'create'),
    changed: subject.mapping.verbs.update ? records(subject, 'update') : fc.constant({}),
  })

describe.each(subjects().map(subject => [subject.name, subject] as const))('%s', (_, subject) => {
  const due = lawsFor(subject)
  test.skipIf(due.length === 0).each(due)('%s', law => {
    fc.assert(
      fc.property(cases(subject), given => {
        const breach = laws[law]!(subject, given)
        if (breach) throw new Error(breach)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

test('most generated fields are accepted, so that the laws say something', () => {
  for (const subject of subjects()) {
    if (lawsFor(subject).length === 0) continue
    const given = fc.sample(records(subject, 'create'), { seed: SEED, numRuns: 100 })
    const fields = new Set(given.flatMap(record => Object.keys(record)))
    const writable = subject.mapping.table.rows.filter(row => row.can('create') && !row.byAction('create'))
    for (const row of writable)
      expect(fields.has(row.custom === undefined ? row.field : 'custom_fields'), `${subject.name} ${row.field}`).toBe(true)
    const refused = given.filter(record => {
      const { refused: why } = subject.mapping.write(record, 'create')
      return why.length > 0
    })
    expect(refused.length, `${subject.name} refuses ${refused.length} of 100 records`).toBeLessThan(90)
    expect(given.every(isObject)).toBe(true)
  }
})
