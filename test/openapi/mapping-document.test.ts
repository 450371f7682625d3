import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { replay } from '../../bin/fixtures/replay.ts'
import { keyTable } from '../../bin/generate/key-table.ts'
import { withTables } from '../../bin/generate/mapping-document.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { readFolder } from '../../src/mapping/check/folder.ts'
import { checkFolder } from '../../src/mapping/check/index.ts'
import { codecs } from '../../src/mapping/codecs.ts'
import { escapes } from '../../src/mapping/escape.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import { places } from '../../src/mapping/template.ts'

const text = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8')
const prose = readFileSync(new URL('../../docs/mapping.intro.md', import.meta.url), 'utf8')
/** A file that the document shows: its path, then its content. */
const SHOWN = /^`(mappings\/[^`]+\.json)`\n\n```json\n([\s\S]*?)```/gm

test('the provider that the document shows has no fault, and its fixtures play', async () => {
  const root = mkdtempSync(join(tmpdir(), 'koine-document-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [, path = '', content = ''] of text.matchAll(SHOWN)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const { folder, faults } = readFolder(join(root, 'mappings'), 'acme')
  expect(faults).toEqual([])
  expect(checkFolder(folder).faults).toEqual([])
  const load = (content: unknown) => async () => ({ default: content })
  const contacts = load(folder.models.contacts)
  const catalogue = openCatalogue({ acme: { provider: load(folder.provider), models: { contacts } } }, Date.now)
  const fixtures = Object.entries(folder.fixtures)
  expect(fixtures.length).toBeGreaterThan(5)
  for (const [name, fixture] of fixtures)
    expect((await replay('acme', fixture as Fixture, catalogue)).faults, name).toEqual([])
})

test('every placeholder, escape and format is in the document', () => {
  for (const name of Object.keys(places)) expect(text).toMatch(new RegExp(`\\| \`\\{${name}[.}]`))
  for (const name of Object.keys(escapes)) expect(text).toContain(`| \`${name}\` |`)
  for (const [type, named] of Object.entries(codecs))
    for (const name of Object.keys(named))
      expect(text).toContain(`| ${type} | ${name === '' ? 'none' : `\`${name}\``} |`)
})

test('no part of the format may be left out of the document, or stand in it twice', () => {
  expect(() => withTables(prose.replace('<!-- keys EachRow -->', ''))).toThrow('no place for keys EachRow')
  expect(() => withTables(`${prose}\n<!-- placeholders -->\n`)).toThrow('twice')
  expect(() => withTables(`${prose}\n<!-- keys EechRow -->\n`)).toThrow('names no table')
})

test('a key without a description and an example is refused', () => {
  const format = (key: z.ZodType) =>
    z.toJSONSchema(z.object({ key }).meta({ id: 'Format', description: 'A format.' })).$defs!
  expect(() => keyTable(format(z.string()), 'Format')).toThrow('the key key needs')
  expect(keyTable(format(z.string().meta({ description: 'It.', examples: ['a'] })), 'Format')).toContain(
    '| `key` | text, required | It. | `"a"` |',
  )
})
