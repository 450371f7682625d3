import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { records } from '../../bin/check/laws/arbitrary.ts'
import { laws, lawsFor } from '../../bin/check/laws/laws.ts'
import { RUNS, SEED } from '../../bin/check/laws/seed.ts'
import { cases } from '../../bin/check/laws/try.ts'
import { subjects } from './subjects.ts'

console.log(`laws: seed ${SEED}, ${RUNS} runs each`)

// A provider that is only read has nothing to put under these: its lists and its reader are walked all the same.
const written = subjects().filter(subject => lawsFor(subject).length > 0)

describe.each(written.map(subject => [subject.name, subject] as const))('%s', (_, subject) => {
  test.each(lawsFor(subject))('%s', law => {
    fc.assert(
      fc.property(cases(subject), given => {
        const breach = laws[law]!(subject, given)
        if (breach) throw new Error(breach)
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

test('every row that can be written is written by some generated record, so that the laws say something', () => {
  for (const subject of written) {
    const accepted = new Set<string>()
    for (const record of fc.sample(records(subject, 'create'), { seed: SEED, numRuns: 100 })) {
      const { refused } = subject.mapping.write(record, 'create')
      for (const field of Object.keys(record))
        if (!refused.some(({ pointer }) => pointer.startsWith(`/${field}`))) accepted.add(field)
    }
    const writable = subject.mapping.table.rows.filter(row => row.can('create') && !row.byHook('create'))
    const due = new Set(writable.map(row => (row.custom === undefined ? row.field : 'custom_fields')))
    expect(
      [...due].filter(field => !accepted.has(field)),
      subject.name,
    ).toEqual([])
  }
})
