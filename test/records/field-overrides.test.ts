import { expect, test } from 'vitest'
import { fieldOverridesOf } from '../../src/records/field-overrides.ts'

test('rows that were saved with the names of before mean what they meant', () => {
  const rows = {
    amount: { at: 'a', as: 'number-text', clears: '' },
    name: { at: 'n', else: ['first_name'] },
    title: 't',
  }
  expect(fieldOverridesOf({ field_mappings: { contacts: rows } }, 'contacts')).toEqual({
    amount: { at: 'a', format: 'number-text', empty_value: '' },
    name: { at: 'n', compose_from: ['first_name'] },
    title: 't',
  })
})

test('a connection without rows for a model has none', () => {
  expect(fieldOverridesOf({ field_mappings: { contacts: {} } }, 'contacts')).toBeUndefined()
  expect(fieldOverridesOf({ field_mappings: { deals: { name: 'n' } } }, 'contacts')).toBeUndefined()
  expect(fieldOverridesOf(null, 'contacts')).toBeUndefined()
})
