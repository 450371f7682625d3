// `npm run check` as it is called.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { acmeFolder, type Files } from './acme.ts'

const program = fileURLToPath(new URL('../../bin/check.ts', import.meta.url))
/** Milliseconds; a provider may take 20 seconds on two cores that have nothing else to do. */
const TIMEOUT = 60_000

function check(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, out: stdout.trim().split('\n'), err: stderr.trim() === '' ? [] : stderr.trim().split('\n') }
}

test(
  'one provider: laws and planted mistakes, and how long it took',
  () => {
    const { status, out, err } = check('--mappings', acmeFolder(), 'acme')
    expect([status, err]).toEqual([0, []])
    expect(out.at(-2)).toMatch(/^acme: 1 model, \d+ fixtures replayed, \d\d+ planted mistakes, 0 faults, \d+\.\d s$/)
    expect(out.at(-1)).toMatch(/^1 providers, \d+ fixtures replayed, 0 faults$/)
  },
  TIMEOUT,
)

test(
  'a mistake that nothing would notice names its place',
  () => {
    const mappings = acmeFolder(files => delete files['fixtures/contacts-list-quota.json'].answer.body.upstream)
    const { status, err } = check('--mappings', mappings, 'acme')
    expect(status).toBe(1)
    expect(err[0]).toBe(
      'acme/provider.json#/errors/message: a mistake here (wrong place of the failure’s text) is not noticed: no fixture shows what is sent or read there',
    )
  },
  TIMEOUT,
)

test(
  'a law that does not hold is told beside what fixtures show',
  () => {
    const edit = (files: Files) => {
      files['contacts.json'].fields.title = { at: 'name.first' }
      delete files['contacts.json'].absent.title
    }
    const { status, out, err } = check('--mappings', acmeFolder(edit), 'acme')
    expect(status).toBe(1)
    expect(err.filter(line => /^acme\/contacts\.json: law \w+/.test(line))).not.toEqual([])
    expect(out.at(-2)).toContain('no mistakes planted: that needs files without fault')
  },
  TIMEOUT,
)

test('without a name: every provider of the folder, without laws', () => {
  const mappings = acmeFolder()
  const expected = [0, [], expect.stringMatching(/^1 providers, \d+ fixtures replayed, 0 faults$/)]
  for (const args of [['--mappings', mappings], [mappings]]) {
    const { status, out, err } = check(...args)
    expect([status, err, out.at(-1)]).toEqual(expected)
    expect(out.join()).not.toContain('planted')
  }
})

test('--fix formats, and what is formatted is no fault', () => {
  const mappings = acmeFolder(files => (files['provider.json'].name = 'Acme Incorporated'))
  const path = join(mappings, 'acme/provider.json')
  const before = readFileSync(path, 'utf8')
  expect(check('--mappings', mappings).err).toEqual(['acme/provider.json: not formatted: npm run check -- --fix'])
  expect(readFileSync(path, 'utf8')).toBe(before)
  const { status, out, err } = check('--mappings', mappings, '--fix')
  expect([status, err]).toEqual([0, []])
  expect(out).toContain('formatted: acme/provider.json')
  const after = readFileSync(path, 'utf8')
  expect(after).toContain('\n  "name": "Acme Incorporated",\n')
  expect(JSON.parse(after)).toEqual(JSON.parse(before))
})

test('what is not there is told with the nearest name', () => {
  const mappings = acmeFolder()
  expect(check('--mappings', mappings, 'amce')).toMatchObject({
    status: 2,
    err: [`There is no provider "amce" in ${mappings}; did you mean "acme"?`],
  })
  expect(check('--mappings', `${mappings}/none`).err[0]).toBe(`There is no folder ${mappings}/none.`)
  expect(check('--fxi').err[0]).toContain("Unknown option '--fxi'")
})
