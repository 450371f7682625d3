import { expect, test } from 'vitest'
import { document } from './document.ts'
import { examplesIn } from './examples.ts'
import { validator } from './formats.ts'

/** What is wrong with each example. */
function faultsOf(given: object): string[] {
  const ajv = validator().addSchema(given, 'document')
  return examplesIn(given).flatMap(({ at, schema, value }) => {
    const fragment = schema.split('/').map(encodeURIComponent).join('/')
    const validate = ajv.compile({ $ref: `document#${fragment}` })
    return validate(value) ? [] : [`${at}: ${ajv.errorsText(validate.errors)}`]
  })
}

test('every example is valid against its schema', () => {
  expect(examplesIn(document).length).toBeGreaterThan(100)
  expect(faultsOf(document)).toEqual([])
})

test('an example that is not valid is found wherever it stands', () => {
  const schema = { type: 'object', properties: { example: { type: 'integer', example: 'one' } } }
  const given = {
    paths: {
      '/a': {
        get: {
          parameters: [
            { name: 'filter[a]', in: 'query', schema: { type: 'string', format: 'date', example: '2026-02-30' } },
          ],
          responses: { 200: { content: { 'application/json': { schema, example: { example: 'two' } } } } },
        },
      },
    },
    components: { schemas: { 'A/b': { type: 'array', items: { type: 'string', examples: ['three', 3] } } } },
  }
  expect(faultsOf(given).map(fault => fault.split(':')[0])).toEqual([
    '/paths/~1a/get/parameters/0/schema/example',
    '/paths/~1a/get/responses/200/content/application~1json/schema/properties/example/example',
    '/paths/~1a/get/responses/200/content/application~1json/example',
    '/components/schemas/A~1b/items/examples/1',
  ])
})
