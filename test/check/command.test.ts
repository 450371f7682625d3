// `npm run check` as it is called.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../node/process.ts'
import { acmeFolder, type Files } from './acme.ts'

/** Milliseconds; a provider may take 20 seconds on two cores that have nothing else to do. */
const TIMEOUT = 60_000
/** Said where what the repository was written from does not lie beside it, which no test here is about. */
const NO_SOURCES = 'Sources were not resolved: the evidence is not at hand.'

const linesOf = (text: string): string[] => (text.trim() === '' ? [] : text.trim().split('\n'))
async function check(...args: readonly string[]) {
  const { ended, out, err } = run('bin/check.ts', {}, args)
  const status = await ended
  return { status, out: linesOf(out()).filter(line => line !== NO_SOURCES), err: linesOf(err()) }
}

describe('`npm run check`', { timeout: TIMEOUT }, () => {
  test('one provider: laws and planted mistakes, and how long it took', async () => {
    const { status, out, err } = await check('--mappings', acmeFolder(), 'acme')
    expect([status, err]).toEqual([0, []])
    expect(out.at(-2)).toMatch(/^acme: 1 model, \d+ fixtures replayed, \d\d+ planted mistakes, 0 faults, \d+\.\d s$/)
    expect(out.at(-1)).toMatch(/^1 providers, \d+ fixtures replayed, 0 faults$/)
  })

  test('a mistake that nothing would notice names its place', async () => {
    const mappings = acmeFolder(files => delete files['fixtures/contacts-list-quota.json'].answer.body.upstream)
    const { status, err } = await check('--mappings', mappings, 'acme')
    expect(status).toBe(1)
    expect(err[0]).toBe(
      'acme/provider.json#/errors/message: a mistake here (wrong place of the failure’s text) is not noticed: no fixture shows what is sent or read there',
    )
  })

  test('a law that does not hold is told beside what fixtures show', async () => {
    const edit = (files: Files) => {
      files['contacts.json'].fields.title = { at: 'name.first' }
      delete files['contacts.json'].absent.title
    }
    const { status, out, err } = await check('--mappings', acmeFolder(edit), 'acme')
    expect(status).toBe(1)
    expect(err.filter(line => /^acme\/contacts\.json: law \w+/.test(line))).not.toEqual([])
    expect(out.at(-2)).toContain('no mistakes planted: that needs files without fault')
  })

  test('without a name: every provider of the folder, without laws', async () => {
    const mappings = acmeFolder()
    const expected = [0, [], expect.stringMatching(/^1 providers, \d+ fixtures replayed, 0 faults$/)]
    for (const args of [['--mappings', mappings], [mappings]]) {
      const { status, out, err } = await check(...args)
      expect([status, err, out.at(-1)]).toEqual(expected)
      expect(out.join()).not.toContain('planted')
    }
  })

  test('--fix formats, and what is formatted is no fault', async () => {
    const mappings = acmeFolder(files => (files['provider.json'].name = 'Acme Incorporated'))
    const path = join(mappings, 'acme/provider.json')
    const before = readFileSync(path, 'utf8')
    expect((await check('--mappings', mappings)).err).toEqual([
      'acme/provider.json: not formatted: npm run check -- --fix',
    ])
    expect(readFileSync(path, 'utf8')).toBe(before)
    const { status, out, err } = await check('--mappings', mappings, '--fix')
    expect([status, err]).toEqual([0, []])
    expect(out).toContain('formatted: acme/provider.json')
    const after = readFileSync(path, 'utf8')
    expect(after).toContain('\n  "name": "Acme Incorporated",\n')
    expect(JSON.parse(after)).toEqual(JSON.parse(before))
  })

  test('what is not there is told with the nearest name', async () => {
    const mappings = acmeFolder()
    expect(await check('--mappings', mappings, 'amce')).toMatchObject({
      status: 2,
      err: [`There is no provider "amce" in ${mappings}; did you mean "acme"?`],
    })
    expect((await check('--mappings', `${mappings}/none`)).err[0]).toBe(`There is no folder ${mappings}/none.`)
    expect((await check('--fxi')).err[0]).toContain("Unknown option '--fxi'")
  })
})
