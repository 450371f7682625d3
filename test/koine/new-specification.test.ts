import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { formatJson } from '../../bin/check/format.ts'
import { koine, koineProcess } from './command.ts'
import { orchard } from './orchard.ts'

// Each call is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'koine-specification-'))
  writeFileSync(join(directory, 'orchard.json'), JSON.stringify(orchard))
  writeFileSync(join(directory, 'orchard.yaml'), stringify(orchard))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const make = (folder: string, ...args: string[]) =>
  koine(['new', 'provider', 'orchard', '--mappings', join(directory, folder), ...args])
const read = (folder: string, file: string) =>
  JSON.parse(readFileSync(join(directory, folder, 'orchard', file), 'utf8'))
const spec = (ending = 'json') => ['--spec', join(directory, `orchard.${ending}`)]

describe('a provider by its specification', () => {
  beforeAll(async () => {
    const made = await make('a', ...spec(), '--models', 'contacts')
    expect([made.code, made.err]).toEqual([0, ''])
    expect(made.out).toContain(
      'contacts: /people; list, get, create, update, delete; 12 of 19 fields; ' +
        'filters: company_id, owner_id, updated_after; sorts: created_at\n',
    )
  })

  it('says who they are', () => {
    expect(read('a', 'provider.json')).toEqual({
      $schema: '../provider.schema.json',
      name: 'Orchard',
      source: 'orchard.json#/servers',
      base: 'https://{connection.region}.orchard.example/v2',
      hosts: ['*.orchard.example'],
      connection_config: { region: { label: 'Region', one_of: ['eu', 'us'] } },
      // What two filters have in common is a dialect.
      dialect: { equal: { query: { '{path}': '{value}' } } },
      auth: { api_key: { label: 'API key', sign: { 'x-orchard-key': '{api_key}' } } },
      errors: { message: 'error.message', code: 'error.code' },
    })
  })

  it('fills in the requests, the rows, and what is to be checked', () => {
    const { absent, fields, ...rest } = read('a', 'contacts.json')
    expect(rest).toEqual({
      $schema: '../mapping.schema.json',
      model: 'contacts',
      list: {
        get: '/people',
        query: { per_page: '{limit}', page_token: '{cursor}' },
        max: 100,
        records: 'items',
        page: { cursor: 'meta.next_page_token' },
        filters: ['company_id', 'owner_id', { updated_after: { query: { updated_since: '{value}' } } }],
        sorts: { created_at: { query: { sort: 'created_on', direction: '{direction}' } } },
      },
      get: { get: '/people/{id}', record: 'person' },
      create: { post: '/people', body: { person: '{record}' }, record: 'person' },
      update: { patch: '/people/{id}', body: { person: '{record}' }, record: 'person' },
      delete: { delete: '/people/{id}' },
      required: ['last_name'],
    })
    expect(fields).toEqual({
      id: 'id',
      first_name: 'given_name',
      last_name: 'family_name',
      name: { join: ['given_name', 'family_name'], write: false },
      title: 'job_title',
      emails: { positions: [{ email: 'email' }] },
      phone_numbers: {
        each: 'phones',
        row: { number: 'number', type: { at: 'kind', enum: { work: 'office', mobile: 'cell' } } },
      },
      addresses: { positions: [{ street_1: 'address.line1', city: 'address.city', postal_code: 'address.zip' }] },
      company_id: { at: 'organization_id', format: 'number-id' },
      owner_id: { at: 'owner_id', format: 'number-id' },
      created_at: { at: 'created_on', format: 'unix-seconds' },
      updated_at: 'changed_at',
    })
    expect(Object.keys(absent)).toEqual([
      'department',
      'company_name',
      'birthday',
      'description',
      'tags',
      'websites',
      'custom_fields',
    ])
    expect(absent.tags).toBe('to be checked: nothing of that name in the specification')
  })

  it('ignores what no row reads, and names its sources', () => {
    expect(read('a', 'contacts.evidence.json')).toEqual({
      $schema: '../evidence.schema.json',
      source: ['orchard.json#/paths/~1people', 'orchard.json#/paths/~1people~1{person_id}'],
      ignored: ['avatar', 'score'],
    })
  })

  it('makes a fixture for every verb, filter and sort, with requests and replies', () => {
    expect(readdirSync(join(directory, 'a/orchard/fixtures')).sort()).toEqual([
      'contacts-create.json',
      'contacts-delete.json',
      'contacts-get-missing.json',
      'contacts-get.json',
      'contacts-list-by-created-at-desc.json',
      'contacts-list-by-created-at.json',
      'contacts-list-filter-company-id.json',
      'contacts-list-filter-owner-id.json',
      'contacts-list-filter-updated-after.json',
      'contacts-list-most.json',
      'contacts-list.json',
      'contacts-update.json',
    ])
    const { exchanges, pages, answer } = read('a', 'fixtures/contacts-list.json')
    expect(exchanges[0].request).toEqual({ method: 'GET', path: '/v2/people', query: { per_page: '1' } })
    expect(pages.map((page: { exchanges: { request: object }[] }) => page.exchanges[0]!.request)).toEqual([
      { method: 'GET', path: '/v2/people', query: { per_page: '1', page_token: 'page-2' } },
      { method: 'GET', path: '/v2/people', query: { per_page: '1', page_token: 'page-3' } },
    ])
    expect(exchanges[0].reply.body.items[0]).toMatchObject({ id: 7, given_name: 'Ada', created_on: 1767605400 })
    expect(answer.body.data[0]).toMatchObject({ id: 'TODO', emails: [{ email: 'TODO' }], updated_at: 'TODO' })
    expect(read('a', 'fixtures/contacts-list-filter-company-id.json').exchanges[0].request.query).toEqual({
      per_page: '50',
      organization_id: '9001',
    })
    expect(read('a', 'fixtures/contacts-create.json').exchanges[0].request.body.person).toMatchObject({
      family_name: 'Lovelace',
      phones: [{ number: '+44 20 7946 0000', kind: 'office' }],
      organization_id: 9001,
    })
  })

  it('is the same from YAML', async () => {
    expect(await make('yaml', ...spec('yaml'), '--models', 'contacts')).toMatchObject({ code: 0 })
    for (const file of ['contacts.json', 'fixtures/contacts-list.json', 'fixtures/contacts-update.json']) {
      const text = readFileSync(join(directory, 'yaml/orchard', file), 'utf8')
      expect(text.replaceAll('orchard.yaml', 'orchard.json')).toBe(
        readFileSync(join(directory, 'a/orchard', file), 'utf8'),
      )
    }
  })
})

/** What a person writes for the record of the specification: the same in every fixture. */
const BY_HAND: Readonly<Record<string, string>> = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  name: 'Ada Lovelace',
  title: 'Engineer',
  email: 'ada@example.com',
  number: '+44 20 7946 0000',
  type: 'work',
  street_1: '12 St James’s Square',
  city: 'London',
  postal_code: 'SW1Y 4JU',
  company_id: '9001',
  owner_id: '71',
  created_at: '2026-01-05T09:30:00.000Z',
  updated_at: '2026-01-05T09:31:00.000Z',
  message: 'There is no such person.',
}

describe('what is left to a person', () => {
  const check = () => koineProcess(['check', join(directory, 'b')])
  beforeAll(async () => {
    await make('b', ...spec(), '--models', 'contacts')
  })

  it('is only values, each of which the check reports with its place', async () => {
    const { code, err } = await check()
    const lines = err.trim().split('\n')
    expect(code).toBe(1)
    expect(lines).toContain(
      'orchard/fixtures/contacts-list.json#/answer/body/data/0/first_name: still to be written by hand',
    )
    expect(lines).toContain(
      'orchard/fixtures/contacts-get-missing.json#/answer/body/upstream/message: still to be written by hand',
    )
    expect(lines.filter(line => !line.endsWith(': still to be written by hand'))).toEqual([])
  })

  it('makes the check green once it is written', async () => {
    const folder = join(directory, 'b/orchard/fixtures')
    for (const file of readdirSync(folder)) {
      const fixture = JSON.parse(readFileSync(join(folder, file), 'utf8'), (key, value) =>
        value === 'TODO' ? (BY_HAND[key] ?? '7') : value,
      )
      // A record that shows no last name has no more of a name than that.
      const { data } = fixture.answer.body ?? {}
      if (data?.first_name !== undefined && data.last_name === undefined) data.name = 'Ada'
      // The second record of the walk has an id of its own.
      if (file === 'contacts-list.json') fixture.pages[0].answer.body.data[0].id = '8'
      writeFileSync(join(folder, file), formatJson(JSON.stringify(fixture)))
    }
    const { code, out, err } = await check()
    expect([err, code]).toEqual(['', 0])
    expect(out).toContain('1 providers, 12 fixtures replayed, 0 faults')
  })
})

describe('what the specification does not tell', () => {
  it('is said, and left as a TODO that the check reports with its place', async () => {
    const { code, out } = await make('c', ...spec(), '--models', 'deals,tickets')
    expect(code).toBe(0)
    expect(out).toContain('- deals: choose the path of deals: /deals or /opportunities, --path deals=<path>\n')
    expect(out).toContain('- tickets: the specification has no path that is called so')
    const { err } = await koineProcess(['check', join(directory, 'c')])
    expect(err).toContain(
      'orchard/deals.json#/list: still to be written by hand: choose the path of deals: /deals or /opportunities',
    )
    expect(err).toContain('orchard/tickets.json#/list: still to be written by hand')
  })

  it('is told by --path, and values that are ours are found', async () => {
    const { code } = await make('d', ...spec(), '--models', 'contacts,deals', '--path', 'deals=/opportunities')
    expect(code).toBe(0)
    expect(read('d', 'deals.json').fields).toMatchObject({
      name: 'title',
      amount: { at: 'value', format: 'number-text' },
      status: { at: 'state', enum: { open: 'open', won: 'won', lost: 'lost' } },
    })
    // What both models ask alike stands in provider.json.
    expect(read('d', 'provider.json').requests.list).toEqual({
      get: '/{object}',
      query: { per_page: '{limit}', page_token: '{cursor}' },
      max: 100,
      records: 'items',
      page: { cursor: 'meta.next_page_token' },
    })
    expect(read('d', 'deals.json')).toMatchObject({ object: 'opportunities', list: 'list', delete: 'delete' })
  })

  it('is a name in a path that serves records of any kind', async () => {
    const file = join(directory, 'any.json')
    const { '/people': all, '/people/{person_id}': one } = orchard.paths as Record<string, object>
    const paths = { '/objects/{object_type}': all, '/objects/{object_type}/{object_id}': one }
    writeFileSync(file, JSON.stringify({ ...orchard, paths }))
    const { out } = await make('none', '--spec', file)
    expect(out).toContain('name it, --path contacts=/objects/{object_type}, with a name in place of the parameter\n')
    expect(await make('any', '--spec', file, '--path', 'contacts=/objects/people')).toMatchObject({ code: 0 })
    expect(read('any', 'contacts.json')).toMatchObject({
      list: { get: '/objects/people', records: 'items' },
      get: { get: '/objects/people/{id}', record: 'person' },
    })
    // The place in the specification is named as it stands there.
    expect(read('any', 'contacts.evidence.json').source).toEqual([
      'any.json#/paths/~1objects~1{object_type}',
      'any.json#/paths/~1objects~1{object_type}~1{object_id}',
    ])
  })

  it('is asked for by name: other ways to sign in, filled in by hand', async () => {
    await make('e', ...spec(), '--models', 'contacts', '--auth', 'basic,oauth2')
    expect(read('e', 'provider.json').auth).toEqual({
      basic: {},
      oauth2: { authorize: 'TODO: the authorization endpoint', token: 'TODO: the token endpoint', client: 'body' },
    })
  })
})

it('reads Swagger 2.0', async () => {
  const person = { type: 'object', properties: { id: { type: 'integer' }, last_name: { type: 'string' } } }
  const file = join(directory, 'swagger.json')
  writeFileSync(
    file,
    JSON.stringify({
      swagger: '2.0',
      host: 'api.old.example',
      basePath: '/v1',
      schemes: ['https'],
      securityDefinitions: { basic: { type: 'basic' } },
      definitions: { Person: person },
      paths: {
        '/contacts': {
          get: {
            parameters: [{ name: 'limit', in: 'query', type: 'integer', maximum: 25 }],
            responses: { 200: { schema: { type: 'array', items: { $ref: '#/definitions/Person' } } } },
          },
          post: {
            parameters: [{ name: 'body', in: 'body', schema: { $ref: '#/definitions/Person' } }],
            responses: { 201: { schema: { $ref: '#/definitions/Person' } } },
          },
        },
      },
    }),
  )
  expect(await make('old', '--spec', file)).toMatchObject({ code: 0 })
  expect(read('old', 'provider.json')).toMatchObject({ base: 'https://api.old.example/v1', auth: { basic: {} } })
  expect(read('old', 'contacts.json')).toMatchObject({
    list: { get: '/contacts', query: { limit: '{limit}' }, max: 25 },
    create: { post: '/contacts' },
    fields: { id: 'id', last_name: 'last_name' },
  })
})
