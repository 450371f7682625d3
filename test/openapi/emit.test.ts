import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { indexOf } from '../../bin/emit/mapping-index.ts'
import { withSettings } from '../../bin/emit/settings-table.ts'
import { settings } from '../../src/config.ts'

test('the index names the files of every folder that has a provider.json, sorted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'koine-mappings-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const file of [
    'zeta/provider.json',
    'zeta/contacts.json',
    'two-words/provider.json',
    'two-words/deals.json',
    'two-words/contacts.json',
    'two-words/fixtures/list.json',
    'two-words/actions/update-contact.ts',
    'two-words/actions/update-contact.test.ts',
    'unfinished/contacts.json',
    'mapping.schema.json',
  ]) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), '{}')
  }
  expect(
    await indexOf(pathToFileURL(`${directory}/`)),
  ).toBe(`// Emitted by \`npm run emit\` from the folders beside it; do not edit.
export const files = {
  'two-words': {
    provider: () => import('./two-words/provider.json', { with: { type: 'json' } }),
    models: {
      contacts: () => import('./two-words/contacts.json', { with: { type: 'json' } }),
      deals: () => import('./two-words/deals.json', { with: { type: 'json' } }),
    },
    actions: {
      'update-contact': () => import('./two-words/actions/update-contact.ts'),
    },
  },
  zeta: {
    provider: () => import('./zeta/provider.json', { with: { type: 'json' } }),
    models: {
      contacts: () => import('./zeta/contacts.json', { with: { type: 'json' } }),
    },
  },
}
`)
})

test('the table of settings replaces what stands between its markers, and nothing else', () => {
  const made = withSettings('before\n<!-- settings -->\nold\n<!-- /settings -->\nafter\n')
  expect(made).toMatch(/^before\n<!-- settings -->\n\n\| setting \|[\s\S]+\n\n<!-- \/settings -->\nafter\n$/)
  expect(made).not.toContain('old')
  for (const name of Object.keys(settings.shape)) expect(made).toContain(`| \`${name}\` |`)
  expect(withSettings(made)).toBe(made)
  expect(() => withSettings('no markers')).toThrow('<!-- settings -->')
})
