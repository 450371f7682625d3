import { expect, it } from 'vitest'
import { models } from '../../src/models/index.ts'
import { writeSchema } from '../../src/models/record-schema.ts'

const contact = writeSchema(models.contacts!)
const refused = (json: string) => {
  const result = contact.safeParse(JSON.parse(json))
  return result.success ? undefined : result.error.issues.map(({ path }) => path.join('/'))
}

it.each(['__proto__', 'constructor', 'prototype'])('a custom field may not be called %s', name => {
  expect(refused(`{ "custom_fields": { "${name}": "x" } }`)).toEqual([`custom_fields/${name}`])
})

it('custom fields are an object, of at most 100 levels, and stay as they are', () => {
  expect(refused('{ "custom_fields": ["a"] }')).toEqual(['custom_fields'])
  expect(refused('{ "custom_fields": "a" }')).toEqual(['custom_fields'])
  expect(refused(`{ "custom_fields": { "a": ${'['.repeat(101)}${']'.repeat(101)} } }`)).toEqual(['custom_fields'])
  expect(refused('{ "custom_fields": null }')).toBeUndefined()
  const sent = { custom_fields: { a: 1, b: { c: [null, true] } } }
  expect(contact.parse(sent)).toEqual(sent)
})
