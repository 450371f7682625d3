// What JSON or UTF-8 cannot carry unchanged: numbers beyond 2^53, halves of surrogate pairs, bytes that are no UTF-8, and
// more levels than a stack has. It is refused or warned of, in both directions, and never changed in silence.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchSender } from '../../src/provider/senders/fetch.ts'
import { listen, openProvider, type ProviderGateway } from '../support/gateway.ts'

let body: string | Uint8Array<ArrayBuffer>
let status = 200
let sent: string[] = []
let gateway: ProviderGateway
let server: { url: string; close(): Promise<void> }
beforeAll(async () => {
  server = await listen(async request => {
    sent.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`)
    return new Response(body, { status, headers: { 'content-type': 'application/json' } })
  })
  gateway = await openProvider({
    provider: 'hubspot',
    address: server.url,
    credentials: { type: 'OAUTH2', access_token: 'x' },
    metadata: { field_mappings: { contacts: { 'custom_fields.any': 'properties.any' } } },
  })
})
afterAll(async () => {
  await gateway.close()
  await server.close()
})
const answered = async (text: string | Uint8Array<ArrayBuffer>, request: string, given?: unknown) => {
  ;[body, status, sent] = [text, 200, []]
  return gateway.call(request, given)
}
const LEVELS = 100_000
const deep = `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`
const one = (properties: string, id = '"1"') => `{"id":${id},"properties":{${properties}}}`
const page = (record: string) => `{"results":[${record}]}`

describe('a number that JavaScript cannot hold', () => {
  test('is an id to the last digit, and so in `raw` and in fields of the customer', async () => {
    const answer = await answered(
      page(one('"any":-9007199254740993', '12345678901234567890')),
      'GET /contacts?raw=true',
    )
    expect(answer.body.data).toEqual([
      {
        id: '12345678901234567890',
        custom_fields: { any: '-9007199254740993' },
        raw: { id: '12345678901234567890', properties: { any: '-9007199254740993' } },
      },
    ])
  })

  test('stays a number where it is exact, and a text where it was one', async () => {
    const answer = await answered(
      one('"firstname":"\\" 12345678901234567890 \\\\","any":[9007199254740991,0.1234567890123456,1e20]'),
      'GET /contacts/1',
    )
    expect(answer.body.data.name ?? answer.body.data.first_name).toContain('" 12345678901234567890 \\')
    expect(answer.body.data.custom_fields).toEqual({ any: [2 ** 53 - 1, 0.1234567890123456, 1e20] })
  })

  test('is no value of a number', async () => {
    const answer = await answered(one('"amount":"12345678901234567890"'), 'GET /deals/1')
    expect(answer.body.data.amount).toBeUndefined()
    expect(answer.body.warnings).toMatchObject([{ field: 'amount', code: 'unreadable', raw: '12345678901234567890' }])
  })

  test('is a warning where JSON has none so large', async () => {
    const answer = await answered(one('"firstname":1e400,"any":[1e400]'), 'GET /contacts/1?raw=true')
    expect(answer.body.data).toEqual({ id: '1' })
    expect(answer.body.warnings).toMatchObject([
      { field: 'first_name', raw: 'Infinity' },
      { field: 'name' },
      { field: 'custom_fields.any' },
      { field: 'raw', code: 'unreadable' },
    ])
  })

  test('is refused of a caller', async () => {
    for (const wrong of [{ amount: 2 ** 60 }, { pass_through: { a: [2 ** 60] } }]) {
      const answer = await answered('{}', 'POST /deals', { name: 'x', ...wrong })
      expect([answer.status, answer.body.code, sent]).toEqual([422, 'invalid-field', []])
    }
    const answer = await answered('{}', 'POST /deals', { pass_through: { a: [2 ** 60] } })
    expect(answer.body.errors[0].pointer).toBe('/pass_through/a/0')
  })
})

describe('100,000 levels', () => {
  test('of a record are a warning in its place', async () => {
    const { body: got } = await answered(
      one(`"firstname":${deep},"lastname":"L","any":${deep}`),
      'GET /contacts/1?raw=true',
    )
    expect(got.data).toEqual({ id: '1', last_name: 'L' })
    expect(got.warnings.map(({ field }: { field: string }) => field)).toEqual([
      'first_name',
      'name',
      'custom_fields.any',
      'raw',
    ])
  })

  test.each([
    'GET /contacts',
    'GET /contacts?raw=true',
    'GET /contacts/1',
    'DELETE /contacts/1',
    'GET /contacts/fields',
  ])('%s is answered, or refused by name', async request => {
    for (const text of [
      page(deep),
      page(one(`"a":${deep}`)),
      deep,
      `{"results":[],"paging":{"next":{"after":${deep}}}}`,
    ]) {
      const answer = await answered(text, request)
      if (answer.status >= 300) expect([answer.status, answer.body.code]).toEqual([502, 'provider-answer-unreadable'])
    }
  })

  test('of a refusal are passed over', async () => {
    ;[body, status] = [`{"message":${deep}}`, 400]
    const answer = await gateway.call('GET /contacts/1')
    expect([answer.status, answer.body.code]).toEqual([422, 'provider-rejected'])
  })

  test('of a caller are refused', async () => {
    const nested = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`)
    for (const [request, given] of [
      ['POST /contacts', { first_name: nested }],
      ['POST /contacts', { pass_through: { nested } }],
      ['POST /contacts', { custom_fields: { nested } }],
      ['PATCH /connections/metadata', { connection_id: 'test', provider_config_key: 'hubspot', metadata: { nested } }],
      ['POST /action/trigger', { action_name: 'create-contact', input: { nested } }],
    ] as const) {
      const answer = await answered('{}', request, given)
      expect([request, answer.status, answer.body.code, sent]).toEqual([request, 422, 'invalid-field', []])
    }
  })
})

describe('half of a surrogate pair', () => {
  test('of a provider is answered as it came, and never an address', async () => {
    const answer = await answered(one('"firstname":"a\\ud800"'), 'GET /contacts/1?raw=true')
    expect(answer.body.data).toMatchObject({ first_name: 'a\ud800', raw: { properties: { firstname: 'a\ud800' } } })
    const made = await answered(one('', '"9\\ud800"'), 'POST /contacts', { first_name: 'x' }).catch(() => undefined)
    expect(made?.status).toBe(201)
  })

  test.each<[string, unknown, string]>([
    ['POST /contacts', { first_name: 'a\ud800' }, '/first_name'],
    ['POST /contacts', { emails: [{ email: '\udc00@x.example' }] }, '/emails/0/email'],
    ['PATCH /contacts/1', { custom_fields: { any: { x: '\ud800' } } }, '/custom_fields/any/x'],
    ['POST /contacts', { pass_through: { a: { '\ud800': 1 } } }, '/pass_through/a/�'],
    [
      'PATCH /connections/metadata',
      { connection_id: 'test', provider_config_key: 'hubspot', metadata: { a: '\ud800' } },
      '/metadata/a',
    ],
    [
      'POST /connections/metadata',
      {
        connection_id: 'test',
        provider_config_key: 'hubspot',
        metadata: { field_mappings: { contacts: { title: 'a.\ud800' } } },
      },
      '/metadata/field_mappings/contacts/title',
    ],
    ['POST /action/trigger', { action_name: 'get-contact', input: { id: '\ud800' } }, '/input/id'],
    ['POST /environments', { name: 'a\ud800' }, '/name'],
  ])('of a caller is refused: %s', async (request, given, pointer) => {
    const answer = await answered('{}', request, given)
    expect([answer.status, answer.body.code, sent]).toEqual([422, 'invalid-field', []])
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})

describe('bytes that are no UTF-8', () => {
  const broken = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

  test('are refused by name', async () => {
    const answer = await answered(broken(page(one('"firstname":"Ren\xe9"'))), 'GET /contacts')
    expect([answer.status, answer.body.code]).toEqual([502, 'provider-answer-unreadable'])
    expect(answer.body.detail).toBe('The provider’s answer is not encoded in UTF-8.')
  })

  test('are told from a text that holds the character in their place', async () => {
    const answer = await answered(one('"firstname":"a\ufffd"'), 'GET /contacts/1')
    expect(answer.body.data.first_name).toBe('a\ufffd')
  })

  test('are told apart at the edge, too', async () => {
    const request = {
      method: 'GET',
      url: 'https://x.example',
      headers: {},
      maxBytes: 100,
      signal: AbortSignal.timeout(1_000),
    }
    const answerOf = async (bytes: BodyInit) => fetchSender(async () => new Response(bytes)).send(request)
    expect(await answerOf(broken('Ren\xe9'))).toMatchObject({ response: { text: 'Ren\ufffd', isMalformed: true } })
    for (const text of ['René', 'a\ufffd']) {
      const made = await answerOf(text)
      expect(made).toMatchObject({ response: { text } })
      expect(made).not.toHaveProperty('response.isMalformed')
    }
  })

  test('do not hide what a refusal says', async () => {
    ;[body, status] = [broken('{"message":"Nom inconnu: Ren\xe9"}'), 400]
    const answer = await gateway.call('GET /contacts/1')
    expect(answer.body.upstream.message).toBe('Nom inconnu: Ren\ufffd')
  })
})
