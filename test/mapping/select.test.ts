import { describe, expect, test } from 'vitest'
import { given } from './given.ts'

const fields = {
  id: 'id',
  first_name: 'properties.firstname',
  company_name: 'account.name',
  emails: { positions: [{ email: 'properties.email' }] },
  tags: { each: 'labels.nodes', item: 'name' },
}

describe('the projection', () => {
  test('by names: the first key', () => {
    const { select } = given({ select: { by: 'names' }, fields })
    expect(select(undefined)).toEqual([['id'], ['properties'], ['account'], ['labels']])
  })

  test('by names under a path: the key below it, and nothing that stands elsewhere', () => {
    const { select } = given({ select: { by: 'names', under: 'properties' }, fields })
    expect(select(undefined)).toEqual([['firstname'], ['email']])
    expect(select(['emails'])).toEqual([['email']])
    expect(select(['emails.email'])).toEqual([['email']])
  })

  test('by paths: the whole path', () => {
    const { select } = given({ select: { by: 'paths' }, fields })
    expect(select(['company_name'])).toEqual([['id'], ['account', 'name']])
  })

  test('by tree: keys without indices', () => {
    const { select } = given({ select: { by: 'tree' }, fields })
    expect(select(['tags'])).toEqual([['id'], ['labels', 'nodes', 'name']])
  })

  test('always adds, never takes away, and what `skip` compares is asked for', () => {
    const { select } = given({
      select: { by: 'names', always: ['meta'], never: ['id'] },
      exclude: { 'state.deleted': true },
      fields: { id: 'id', title: 'job' },
    })
    expect(select(undefined)).toEqual([['meta'], ['job'], ['state']])
  })

  test('without a projection nothing is asked for', () => expect(given({ fields }).select(undefined)).toEqual([]))

  test('a name that is none cannot be asked for', () => {
    const { faults } = given({ select: { by: 'names' }, fields: { id: 'id', title: "'job title'" } })
    expect(faults).toEqual(['/fields/title: "job title" cannot be asked for by name'])
  })

  test('an `under` below which no row reads is a fault', () => {
    const { faults } = given({ select: { by: 'names', under: 'attributes' }, fields })
    expect(faults).toEqual(['/select/under: no row reads under "attributes"'])
  })
})
