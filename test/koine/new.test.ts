import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CommandFault } from '../../bin/koine/command.ts'
import { readOptions } from '../../bin/koine/scaffold/options.ts'
import { koine, koineProcess } from './command.ts'

// Each call is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'koine-new-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const make = (...args: string[]) => koine(['new', '--mappings', directory, ...args])

it('makes a provider, a hook and an action that pass the check', async () => {
  expect(await make('action', 'my-crm', 'greet')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/make it first/),
  })
  const made = await make('provider', 'my-crm')
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/provider\.json/) })
  // Nobody was asked: what was taken is said.
  expect(made.out).toContain('--models is not given: contacts\n--auth is not given: api_key\n')
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
  const checked = await koineProcess(['check', directory])
  expect([checked.code, checked.out]).toEqual([
    0,
    expect.stringContaining('1 providers, 8 fixtures replayed, 0 faults'),
  ])
})

it('makes every model that is asked for, over requests and a dialect that stand once', async () => {
  const mappings = join(directory, 'all')
  const models = 'contacts,companies,deals,tickets,invoices'
  const made = await koine(['new', 'provider', 'acme', '--mappings', mappings, '--models', models, '--auth', 'basic'])
  expect([made.code, made.err]).toEqual([0, ''])
  const { requests, dialect, auth } = JSON.parse(readFileSync(join(mappings, 'acme/provider.json'), 'utf8'))
  expect(requests.get).toEqual({ get: '/{object}/{id}', record: 'data' })
  expect(dialect.sort).toEqual({ query: { sort: '{path}', order: '{direction}' } })
  expect(auth).toEqual({ basic: {} })
  const checked = await koineProcess(['check', mappings])
  expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('40 fixtures replayed, 0 faults')])
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

it('writes all or none', async () => {
  const folder = join(directory, 'half')
  mkdirSync(join(folder, 'fixtures'), { recursive: true })
  writeFileSync(join(folder, 'fixtures/contacts-delete.json'), 'mine')
  const { code, err } = await make('provider', 'half')
  expect([code, err]).toEqual([1, expect.stringMatching(/Nothing is overwritten.*contacts-delete\.json/)])
  expect(readdirSync(folder)).toEqual(['fixtures'])
  expect(readdirSync(join(folder, 'fixtures'))).toEqual(['contacts-delete.json'])
})

describe('what it does not know', () => {
  it('is refused: names that no folder may have', async () => {
    for (const name of ['../evil', 'Upper', 'a b', '-x', 'a--b'])
      expect((await make('provider', '--', name)).code).toBe(2)
    expect(await make('provder', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/did you mean "provider"/) })
  })

  it('is refused with the nearest right name, and nothing is written', async () => {
    const file = join(directory, 'their-openapi.json')
    writeFileSync(file, '{"openapi":"3.0.0"}')
    writeFileSync(join(directory, 'broken.yaml'), 'a: [')
    for (const [args, says] of [
      [['--models', 'contact'], 'There is no model "contact"; did you mean "contacts"?'],
      [['--models', ','], 'Name a model; there is contacts, companies'],
      [['--auth', 'apikey'], 'There is no way to sign in "apikey"; did you mean "api_key"?'],
      [['--spec', join(directory, 'their-openapi.jsn')], 'did you mean "their-openapi.json"?'],
      [['--spec', file], 'is no OpenAPI document'],
      [['--spec', join(directory, 'broken.yaml')], 'is neither JSON nor YAML'],
      [['--path', 'contacts=/people'], '--path names a path of a --spec: give one.'],
      [['--verb', 'get'], '--verb is of a hook.'],
    ] as const) {
      const { code, err } = await make('provider', 'other', ...args)
      expect([code, err]).toEqual([2, expect.stringContaining(says)])
    }
    expect(existsSync(join(directory, 'other'))).toBe(false)
  })
})

describe('a hook', () => {
  it('is made for its verb, and says which line calls it', async () => {
    await make('provider', 'hooked')
    for (const [verb, define, line] of [
      ['list', 'defineListHook', '"list": [{ "hook": "do-list", "filters": ["…"] }, …]'],
      ['get', 'defineGetHook', '"get": { …, "hook": "do-get" }'],
      ['create', 'defineWriteHook', '"create": { …, "hook": "do-create" }'],
      ['update', 'defineWriteHook', '"update": { …, "hook": "do-update" }'],
      ['delete', 'defineDeleteHook', '"delete": { …, "hook": "do-delete" }'],
    ] as const) {
      const { code, out } = await make('hook', 'hooked', `do-${verb}`, '--verb', verb)
      expect([code, out]).toEqual([0, expect.stringContaining(line)])
      const text = readFileSync(join(directory, `hooked/hooks/do-${verb}.ts`), 'utf8')
      expect(text).toContain(`import { ${define} } from 'koine/hooks'`)
      expect(text).toContain(`export default ${define}(async (context`)
    }
  })

  it('wants a provider that is there, and a verb', async () => {
    expect(await make('hook', 'nobody', 'x', '--verb', 'get')).toMatchObject({ code: 1 })
    expect(await make('hook', 'hooked', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/--verb list\|get/) })
    expect(await make('hook', 'hooked', 'x', '--verb', 'updat')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/There is no verb "updat"; did you mean "update"\?/),
    })
    expect(existsSync(join(directory, 'hooked/hooks/x.ts'))).toBe(false)
  })
})

describe('on a terminal', () => {
  /** A person who answers one question after the other. */
  function person(...answers: string[]) {
    const questions: string[] = []
    const said: string[] = []
    const ask = async (question: string) => {
      questions.push(question)
      return answers.shift() ?? ''
    }
    return { questions, said, person: { ask, say: (line: string) => void said.push(line), close: () => {} } }
  }
  const names = (options: Awaited<ReturnType<typeof readOptions>>) => options.models.map(({ name }) => name)

  it('asks what no flag says, and takes the default for nothing', async () => {
    const { person: somebody, questions } = person('', '', 'basic')
    const options = await readOptions({}, somebody, () => {})
    expect([names(options), options.specs, options.ways]).toEqual([['contacts'], [], ['basic']])
    expect(questions.map(question => question.split('?')[0])).toEqual([
      'Which models (contacts, companies, deals, tickets, invoices)',
      'Their OpenAPI document, if there is one',
      'How to sign in (api_key, basic, oauth2)',
    ])
  })

  it('asks again with the nearest right name', async () => {
    const { person: somebody, said } = person('deal, contacts', 'deals contacts', 'their.yaml', '')
    const options = await readOptions({}, somebody, () => {})
    expect(said).toEqual(['There is no model "deal"; did you mean "deals"?'])
    expect([names(options), options.specs, options.ways]).toEqual([['deals', 'contacts'], ['their.yaml'], undefined])
  })

  it('asks nothing that a flag says', async () => {
    const { person: somebody, questions } = person()
    await readOptions({ models: 'deals', auth: 'oauth2', spec: ['x.json'] }, somebody, () => {})
    expect(questions).toEqual([])
    await expect(readOptions({ models: 'people' }, somebody, () => {})).rejects.toThrow(CommandFault)
  })
})
