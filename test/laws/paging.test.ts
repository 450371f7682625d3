import { describe, expect, test } from 'vitest'
import { variants, walk } from '../../bin/check/laws/walk.ts'
import { subjects } from './subjects.ts'

const lists = subjects().filter(subject => subject.mapping.list)

describe.each(lists.map(subject => [subject.name, subject] as const))('%s', (_, subject) => {
  const all = variants(subject)
  test('every list request is chosen for something', () => {
    const requests = [subject.mapping.file.list!].flat().filter(list => list.hook === undefined)
    expect(requests.filter(list => !all.some(variant => variant.list === list))).toEqual([])
  })

  test.each(all.map(variant => [variant.title, variant] as const))(
    '%s: no record is missing or twice',
    (_, variant) => {
      for (const limit of [1, 50, 200])
        for (const count of limit === 1 ? [0, 3] : [0, 1, 50, 257])
          expect(
            walk(subject, { ...variant, ask: { ...variant.ask, limit } }, { count }),
            `limit ${limit}, ${count} records`,
          ).toBeUndefined()
    },
  )

  test.each(all.map(variant => [variant.title, variant] as const))(
    '%s: a provider that answers its first page for ever ends the walk',
    (_, variant) => {
      expect(walk(subject, variant, { habit: 'repeats its page' })).toBeUndefined()
    },
  )

  test('a projection does not take from the walk what the next page needs', () => {
    for (const variant of all)
      expect(walk(subject, { ...variant, ask: { ...variant.ask, fields: ['id'] } }), variant.title).toBeUndefined()
  })
})
