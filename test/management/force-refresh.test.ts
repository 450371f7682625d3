// `force_refresh`, and what a connection says of a refresh that failed. The token endpoint is a server of this file.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { INSTANT, type Served, serveGateway } from './served.ts'

let served: Served
let made = 0
let id: string
const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()
const refuse = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
const give = () =>
  Response.json({ access_token: `access-${served.asked.length}`, refresh_token: 'refresh-2', expires_in: 3600 })

beforeAll(async () => {
  served = await serveGateway()
  await served.must('POST /integrations', {
    provider: 'hubspot',
    unique_key: 'crm',
    credentials: { type: 'OAUTH2', client_id: 'client', client_secret: 'client-secret' },
    integration_config: { base_url: served.provider, token_url: served.tokenUrl },
  })
})
afterAll(() => served.close())
beforeEach(() => {
  id = `customer-${++made}`
  served.asked.length = 0
  served.answerTokensWith(give)
})

const connect = (credentials: object) =>
  served.must('POST /connections?verify=false', { provider_config_key: 'crm', connection_id: id, credentials })
const oauth = (more: object = {}) => ({
  type: 'OAUTH2',
  access_token: 'access-0',
  refresh_token: 'refresh-1',
  expires_at: hours(1),
  ...more,
})
const read = (query = '', key?: string) =>
  served.call(`GET /connections/${id}?provider_config_key=crm${query}`, undefined, key ? { key } : {})
const logEntry = async (log_id: string) => {
  const { body } = await served.must('GET /logs?kind=token')
  return body.data.find((entry: { id: string }) => entry.id === log_id)
}

it('a read leaves a token that lasts alone', async () => {
  await connect(oauth())
  expect((await read('&force_refresh=false')).body.credentials.access_token).toBe('access-0')
  expect(served.asked).toEqual([])
})

it('force_refresh brings a new token though the present one lasts, and answers it', async () => {
  await connect(oauth())
  const { status, body } = await read('&force_refresh=true&refresh_token=true')
  expect([status, body.credentials]).toEqual([
    200,
    {
      type: 'OAUTH2',
      access_token: 'access-1',
      refresh_token: 'refresh-2',
      expires_at: expect.stringMatching(INSTANT),
      raw: expect.objectContaining({ access_token: 'access-1' }),
    },
  ])
  expect(served.asked.map(form => [form.get('grant_type'), form.get('refresh_token')])).toEqual([
    ['refresh_token', 'refresh-1'],
  ])
  expect((await read()).body.credentials.access_token).toBe('access-1')
})

it('twenty reads of a token that is over ask for one, and all see it', async () => {
  await connect(oauth({ expires_at: hours(-1) }))
  const answers = await Promise.all(Array.from({ length: 20 }, () => read()))
  expect(new Set(answers.map(({ body }) => body.credentials.access_token))).toEqual(new Set(['access-1']))
  expect(served.asked).toHaveLength(1)
})

it('a refusal answers 424 as documented, with the connection and without its secrets', async () => {
  await connect(oauth())
  served.answerTokensWith(refuse)
  const { status, body, text } = await read('&force_refresh=1')
  expect([status, body.code, body.upstream, body.error.code, body.error.message]).toEqual([
    424,
    'connection-needs-reconnect',
    { code: 'invalid_grant' },
    'invalid_credentials',
    body.detail,
  ])
  expect(body.error.payload.connection).toMatchObject({
    connection_id: id,
    provider_config_key: 'crm',
    credentials: {},
    errors: [{ type: 'auth', log_id: expect.any(String) }],
  })
  for (const secret of ['access-0', 'refresh-1', 'client-secret']) expect(text).not.toContain(secret)
})

it('a refusal is kept with the connection, and names an entry of the log, until there is a token', async () => {
  await connect(oauth())
  served.answerTokensWith(refuse)
  await read('&force_refresh=true')
  const one = await read()
  const [list] = (await served.must(`GET /connections?connectionId=${id}`)).body.connections
  expect([one.status, one.body.errors]).toEqual([200, [{ type: 'auth', log_id: expect.any(String) }]])
  expect(list.errors).toEqual(one.body.errors)
  expect(await logEntry(list.errors[0].log_id)).toEqual({
    id: list.errors[0].log_id,
    at: expect.stringMatching(INSTANT),
    kind: 'token',
    request_id: expect.any(String),
    name: 'refresh-token',
    provider: 'hubspot',
    integration: 'crm',
    connection_id: id,
    status: 424,
    code: 'connection-needs-reconnect',
    ms: expect.any(Number),
    provider_ms: expect.any(Number),
  })
  served.answerTokensWith(give)
  // Asked for by hand it is tried again at once, whatever the provider said a moment ago.
  expect((await read('&force_refresh=true')).body.errors).toEqual([])
  expect((await served.must(`GET /connections?connectionId=${id}`)).body.connections[0].errors).toEqual([])
})

it('where the endpoint does not answer, force_refresh says so, and a plain read has the token that there is', async () => {
  await connect(oauth())
  served.answerTokensWith(() => new Response('down', { status: 503 }))
  const { status, body } = await read('&force_refresh=true')
  expect([status, body.code, body.retry_after > 0]).toEqual([502, 'provider-unreachable', true])
  const after = await read()
  expect([after.body.credentials.access_token, after.body.errors.length]).toEqual(['access-0', 1])
  expect((await logEntry(after.body.errors[0].log_id)).code).toBe('provider-unreachable')
})

it('a read of a token that is over and not refreshed answers the connection with its error', async () => {
  await connect(oauth({ expires_at: hours(-1) }))
  served.answerTokensWith(refuse)
  const { status, body } = await read()
  expect([status, body.errors.length]).toEqual([200, 1])
  await read()
  expect(served.asked).toHaveLength(1)
})

it('credentials without a token that ends are answered as they are', async () => {
  await connect({ type: 'API_KEY', apiKey: 'key-1' })
  const { status, body } = await read('&force_refresh=true&refresh_github_app_jwt_token=true')
  expect([status, body.credentials]).toEqual([200, { type: 'API_KEY', apiKey: 'key-1' }])
  expect(served.asked).toEqual([])
})

it('a token without a refresh token is answered as it is', async () => {
  await connect({ type: 'OAUTH2', access_token: 'only' })
  const { status, body } = await read('&force_refresh=true&refresh_github_app_jwt_token=true')
  expect([status, body.credentials.access_token, body.errors]).toEqual([200, 'only', []])
})

it.each(['force_refresh', 'refresh_token', 'refresh_github_app_jwt_token'])(
  '%s needs the scope that shows credentials, and sends nothing without it',
  async flag => {
    await connect(oauth())
    const { body } = await served.must('POST /environment/api-keys', { name: 'reader', scopes: ['connections:read'] })
    const refused = await read(`&${flag}=true`, body.data.key)
    expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden'])
    expect((await read('', body.data.key)).body.credentials).toEqual({})
    expect(served.asked).toEqual([])
  },
)

it('another environment refreshes nothing', async () => {
  await connect(oauth())
  const { body } = await served.must('POST /environments', { name: `other-${made}` })
  const { status } = await read('&force_refresh=true', body.data.api_key.key)
  expect([status, served.asked]).toEqual([404, []])
})
