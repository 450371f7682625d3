import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'

const MAPPINGS = new URL('../../mappings/', import.meta.url)
const read = (path: string) => JSON.parse(readFileSync(new URL(path, MAPPINGS), 'utf8'))

test('every mapping file is valid against the schema that it names', () => {
  const ajv = new Ajv({ strict: false })
  const schemas = Object.fromEntries(
    ['provider', 'mapping', 'evidence'].map(name => [
      `../${name}.schema.json`,
      ajv.compile(read(`${name}.schema.json`)),
    ]),
  )
  const files = readdirSync(MAPPINGS, { recursive: true, encoding: 'utf8' }).filter(path =>
    /^[^/]+\/[^/]+\.json$/.test(path),
  )
  expect(files).toContain('hubspot/contacts.json')
  for (const file of files) {
    const content = read(file)
    const kind = file.endsWith('/provider.json') ? 'provider' : file.endsWith('.evidence.json') ? 'evidence' : 'mapping'
    expect(content.$schema, file).toBe(`../${kind}.schema.json`)
    const validate = schemas[content.$schema]!
    expect(validate(content) ? [] : validate.errors, file).toEqual([])
  }
})
