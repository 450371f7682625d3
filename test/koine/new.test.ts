import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { koine } from './command.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'koine-new-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const make = (...args: string[]) => koine(['new', '--mappings', directory, ...args])

it('makes a provider and an action that pass the check', async () => {
  expect(await make('action', 'my-crm', 'greet')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/make it first/),
  })
  expect(await make('provider', 'my-crm')).toMatchObject({ code: 0, out: expect.stringMatching(/provider\.json/) })
  expect(await make('action', 'my-crm', 'greet-somebody')).toMatchObject({ code: 0 })
  expect(readdirSync(join(directory, 'my-crm')).sort()).toEqual([
    'actions',
    'contacts.evidence.json',
    'contacts.json',
    'fixtures',
    'provider.json',
  ])
  const action = readFileSync(join(directory, 'my-crm/actions/greet-somebody.ts'), 'utf8')
  expect(action).toContain("description: 'Greet Somebody at My Crm.'")
  const checked = await koine(['check', directory])
  expect([checked.code, checked.out]).toEqual([
    0,
    expect.stringContaining('1 providers, 3 fixtures replayed, 0 faults'),
  ])
})

it('overwrites nothing', async () => {
  const file = join(directory, 'my-crm/actions/greet-somebody.ts')
  writeFileSync(file, '// mine')
  expect(await make('provider', 'my-crm')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/nothing is overwritten/),
  })
  expect(await make('action', 'my-crm', 'greet-somebody')).toMatchObject({ code: 1 })
  expect(readFileSync(file, 'utf8')).toBe('// mine')
})

it('takes only names that a folder may have', async () => {
  for (const name of ['../evil', 'Upper', 'a b', '-x', 'a--b'])
    expect((await make('provider', '--', name)).code).toBe(2)
  expect((await make('model', 'x')).code).toBe(2)
})
