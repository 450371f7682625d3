// The files that `new` writes: a made-up provider that passes the check, and an action that answers a greeting.

import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import { contacts } from '../../src/models/contact.ts'
import { formatJson } from '../check/format.ts'

/** Path below the folder → content. */
export type Files = Readonly<Record<string, string>>

const json = (value: unknown): string => formatJson(JSON.stringify(value))
const title = (name: string): string =>
  name.replace(/(^|-)([a-z0-9])/g, (_, dash, c) => (dash ? ' ' : '') + c.toUpperCase())

/** Fields that the scaffold has rows for. */
const ROWS = { id: 'id', first_name: 'first', last_name: 'last' }
const ADA = { id: '7', first: 'Ada', last: 'Lovelace' }
const ALAN = { id: '8', first: 'Alan', last: 'Turing' }
const unified = ({ id, first, last }: typeof ADA) => ({ id, first_name: first, last_name: last })

/** A provider with contacts that are listed and read; addresses and paths are made up, to be replaced. */
export function providerFiles(name: string): Files {
  const source = `https://developers.${name}.example/reference`
  const host = `api.${name}.example`
  const fixture = (more: Omit<Fixture, 'model' | 'source' | '$schema'>) =>
    json({ $schema: '../../fixture.schema.json', model: 'contacts', source, ...more })
  const page = (people: (typeof ADA)[], next: string | null) => ({ status: 200, body: { people, next } })
  const request = (path: string, query?: Record<string, string>) => ({
    method: 'GET' as const,
    path,
    ...(query && { query }),
  })
  return {
    'provider.json': json({
      $schema: '../provider.schema.json',
      name: title(name),
      source,
      base: `https://${host}/v1`,
      hosts: [host],
      auth: { api_key: { sign: { authorization: 'Bearer {api_key}' } } },
      errors: { message: 'error.message', code: 'error.code', rows: [{ status: 404, error: 'not-found' }] },
    }),
    'contacts.json': json({
      $schema: '../mapping.schema.json',
      model: 'contacts',
      list: {
        get: '/people',
        query: { limit: '{limit}', after: '{cursor}' },
        records: 'people',
        page: { cursor: 'next' },
      },
      get: { get: '/people/{id}' },
      fields: ROWS,
      absent: Object.fromEntries(
        Object.keys(contacts.fields)
          .filter(field => !Object.hasOwn(ROWS, field))
          .map(field => [field, 'to be mapped']),
      ),
    }),
    'contacts.evidence.json': json({ $schema: '../evidence.schema.json', source }),
    'fixtures/contacts-list.json': fixture({
      call: { method: 'GET', path: '/contacts?limit=1' },
      exchanges: [{ request: request('/v1/people', { limit: '1' }), reply: page([ADA], 'b') }],
      answer: { status: 200, body: { data: [unified(ADA)], next_cursor: '*', warnings: [] } },
      pages: [
        {
          exchanges: [{ request: request('/v1/people', { limit: '1', after: 'b' }), reply: page([ALAN], null) }],
          answer: { status: 200, body: { data: [unified(ALAN)], next_cursor: null, warnings: [] } },
        },
      ],
    }),
    'fixtures/contacts-get.json': fixture({
      call: { method: 'GET', path: '/contacts/7' },
      exchanges: [{ request: request('/v1/people/7'), reply: { status: 200, body: ADA } }],
      answer: { status: 200, body: { data: unified(ADA), warnings: [] } },
    }),
    'fixtures/contacts-get-missing.json': fixture({
      call: { method: 'GET', path: '/contacts/9' },
      exchanges: [
        {
          request: request('/v1/people/9'),
          reply: { status: 404, body: { error: { code: 'unknown', message: 'There is no such person.' } } },
        },
      ],
      answer: { status: 404, body: { code: 'record-not-found', upstream: { message: 'There is no such person.' } } },
    }),
  }
}

/** An action function of a provider. */
export const actionFile = (provider: string, name: string): string => `import { createAction } from 'nango'
import { z } from 'zod'

/** ${title(name)}: docs/actions.md says what \`nango\` offers, and how to test it. */
export default createAction({
  description: '${title(name)} at ${title(provider)}.',
  version: '0.0.1',
  input: z.strictObject({ name: z.string().min(1).describe('Whom to greet.') }),
  output: z.object({ greeting: z.string() }),
  exec: async (_nango, { name }) => {
    // const { data } = await _nango.get({ endpoint: '/v1/…' })
    return { greeting: \`Hello, \${name}.\` }
  },
})
`
