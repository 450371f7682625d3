// What `new provider` writes without a specification: a provider that nobody has, complete in small.
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import type { Model, ScalarField } from '../../../src/models/index.ts'
import { labelOf } from './address.ts'
import { type Files, json } from './model-files.ts'
import { unknownAuth, type Way } from './sign-in.ts'
import type { Json } from './specification.ts'

/** How many texts of a model the provider has. */
const TEXTS = 2
const TIME = '2026-01-05T09:30:00.000Z'
const LATER = '2026-01-06T10:00:00.000Z'

/** The texts of a model that callers write and that no closed list holds: what every provider has in some form. */
const textsOf = (model: Model): [string, ScalarField][] =>
  Object.entries(model.fields)
    .filter((pair): pair is [string, ScalarField] => pair[1].type === 'text')
    .filter(([name, { options, readOnly }]) => !options && !readOnly && !name.endsWith('_id'))
    .slice(0, TEXTS)

/** `provider.json`: one address, requests and a dialect for all models. */
function providerFile(id: string, ways: readonly Way[]): ProviderFile {
  const host = `api.${id}.example`
  return {
    $schema: '../provider.schema.json',
    name: labelOf(id),
    source: `https://developers.${id}.example/reference`,
    base: `https://${host}/v1`,
    hosts: [host],
    requests: {
      list: {
        get: '/{object}',
        query: { limit: '{limit}', after: '{cursor}' },
        max: 100,
        records: 'data',
        page: { cursor: 'next' },
      },
      get: { get: '/{object}/{id}', record: 'data' },
      create: { post: '/{object}', body: { data: '{record}' }, record: 'data' },
      update: { patch: '/{object}/{id}', body: { data: '{record}' }, record: 'data' },
      delete: { delete: '/{object}/{id}' },
    },
    dialect: {
      at_least: { query: { '{path}_from': '{value}' } },
      sort: { query: { sort: '{path}', order: '{direction}' } },
    },
    auth: Object.assign({}, ...ways.map(unknownAuth)),
    errors: { message: 'error.message', code: 'error.code' },
  }
}

function modelFile(model: Model, object: string): ModelFile {
  const fields = Object.fromEntries(['id', ...textsOf(model).map(([name]) => name)].map(name => [name, name]))
  const all: ModelFile['fields'] = { ...fields, updated_at: 'changed' }
  return {
    $schema: '../mapping.schema.json',
    model: model.name,
    object,
    list: { request: 'list', filters: ['updated_after'], sorts: ['updated_at'] },
    get: 'get',
    create: 'create',
    update: 'update',
    delete: 'delete',
    fields: all,
    absent: Object.fromEntries(
      Object.keys(model.fields)
        .filter(name => !Object.hasOwn(all, name))
        .map(name => [name, 'to be mapped']),
    ),
  }
}

/** Every verb once, with a page that follows, a filter, a sort and a failure. */
function fixturesOf(model: Model, object: string, source: string): Record<string, Fixture> {
  const { name } = model
  const texts = Object.fromEntries(textsOf(model).map(([field, { example }]) => [field, String(example)]))
  const [first = ''] = Object.keys(texts)
  const theirs = { id: 7, ...texts, changed: TIME }
  const ours = { id: '7', ...texts, updated_at: TIME }
  const path = `/v1/${object}`
  const data = (body: Json, warnings = []) => ({ data: body, warnings }) as Fixture['answer']['body']
  const listed = (records: Json[], next_cursor: string | null) =>
    ({ data: records, next_cursor, warnings: [] }) as Fixture['answer']['body']
  const fixture = (rest: Omit<Fixture, 'model' | 'source' | '$schema'>): Fixture => ({
    $schema: '../../fixture.schema.json',
    model: name,
    source,
    ...rest,
  })
  const missing = { error: { code: 'unknown', message: 'There is no such record.' } }
  return {
    list: fixture({
      call: { method: 'GET', path: `/${name}?limit=1&filter[updated_after]=${TIME}&sort[by]=updated_at` },
      exchanges: [
        {
          request: {
            method: 'GET',
            path,
            query: { limit: '1', changed_from: TIME, sort: 'changed', order: 'asc' },
          },
          reply: { status: 200, body: { data: [theirs], next: 'b' } },
        },
      ],
      answer: { status: 200, body: listed([ours], '*') },
      pages: [
        {
          exchanges: [
            {
              request: {
                method: 'GET',
                path,
                query: { limit: '1', after: 'b', changed_from: TIME, sort: 'changed', order: 'asc' },
              },
              reply: { status: 200, body: { data: [{ id: 8, changed: LATER }], next: null } },
            },
          ],
          answer: { status: 200, body: listed([{ id: '8', updated_at: LATER }], null) },
        },
      ],
    }),
    'list-by-updated-at-desc': fixture({
      call: { method: 'GET', path: `/${name}?sort[by]=updated_at&sort[direction]=desc` },
      exchanges: [
        {
          request: { method: 'GET', path, query: { limit: '50', sort: 'changed', order: 'desc' } },
          reply: { status: 200, body: { data: [theirs], next: null } },
        },
      ],
      answer: { status: 200, body: listed([ours], null) },
    }),
    'list-most': fixture({
      call: { method: 'GET', path: `/${name}?limit=200` },
      exchanges: [
        {
          request: { method: 'GET', path, query: { limit: '100' } },
          reply: { status: 200, body: { data: [], next: null } },
        },
      ],
      answer: { status: 200, body: listed([], null) },
    }),
    get: fixture({
      call: { method: 'GET', path: `/${name}/7` },
      exchanges: [{ request: { method: 'GET', path: `${path}/7` }, reply: { status: 200, body: { data: theirs } } }],
      answer: { status: 200, body: data(ours) },
    }),
    'get-missing': fixture({
      call: { method: 'GET', path: `/${name}/9` },
      exchanges: [{ request: { method: 'GET', path: `${path}/9` }, reply: { status: 404, body: missing } }],
      answer: { status: 404, body: { code: 'record-not-found', upstream: { message: 'There is no such record.' } } },
    }),
    create: fixture({
      call: { method: 'POST', path: `/${name}`, body: texts },
      exchanges: [
        {
          request: { method: 'POST', path, body: { data: texts } },
          reply: { status: 201, body: { data: theirs } },
        },
      ],
      answer: { status: 201, body: data(ours) },
    }),
    update: fixture({
      call: { method: 'PATCH', path: `/${name}/7`, body: texts },
      exchanges: [
        {
          request: { method: 'PATCH', path: `${path}/7`, body: { data: texts } },
          reply: { status: 200, body: { data: { id: 7, [first]: texts[first]!, changed: LATER } } },
        },
      ],
      answer: { status: 200, body: data({ id: '7', [first]: texts[first], updated_at: LATER }) },
    }),
    delete: fixture({
      call: { method: 'DELETE', path: `/${name}/7` },
      exchanges: [{ request: { method: 'DELETE', path: `${path}/7` }, reply: { status: 204 } }],
      answer: { status: 204 },
    }),
  }
}

/** A provider whose addresses, paths and names are made up, to be replaced. */
export function smallProvider(id: string, models: readonly Model[], ways: readonly Way[]): Files {
  const provider = providerFile(id, ways)
  const source = String(provider.source)
  return Object.assign(
    { 'provider.json': json(provider) },
    ...models.map(model => {
      const object = model.name === 'contacts' ? 'people' : model.name
      const fixtures = Object.entries(fixturesOf(model, object, source))
      return {
        [`${model.name}.json`]: json(modelFile(model, object)),
        [`${model.name}.evidence.json`]: json({ $schema: '../evidence.schema.json', source }),
        ...Object.fromEntries(fixtures.map(([at, one]) => [`fixtures/${model.name}-${at}.json`, json(one)])),
      }
    }),
  )
}
