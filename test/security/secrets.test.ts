// Plants secrets and personal data everywhere they can enter, drives every route, and looks for them everywhere else.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import type { Answer, Sending } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { operations } from '../fuzz/document.ts'
import { directory, type Running, run } from '../node/process.ts'
import { listen } from '../support/gateway.ts'
import { found, personal, plain, secrets } from './plants.ts'

const everything = { ...secrets, ...personal, ...plain }
const TOKEN = 'sandbox-hubspot-token'
const PROBLEM = 'application/problem+json'

interface Exchange {
  readonly request: string
  readonly sending: Sending
  readonly answer: Answer
}
let gateway: Running
let url: string
let path: string
/** Everything that was asked and answered. */
const exchanges: Exchange[] = []
/** What the providers were sent. */
const sent: string[] = []
const closing: (() => unknown)[] = []

/** A provider that says what it should not: the credentials that it was given, and somebody's data. */
function talkative(): Hono {
  const said = (request: Request) => {
    const given = request.headers.get('authorization') ?? ''
    return `${personal['what the provider said']} ${given} ${new URL(request.url).search} ${'x'.repeat(5_000)} ${personal['email read']}`
  }
  const refusal = (request: Request) => ({ status: 'error', message: said(request), category: 'VALIDATION_ERROR' })
  return new Hono()
    .all('/rejects/*', c => c.json(refusal(c.req.raw), 400))
    .all('/unauthorized/*', c => c.json(refusal(c.req.raw), 401))
    .all('/fails/*', c => c.json(refusal(c.req.raw), 500))
    .all('/crashes/*', c => c.html(`<h1>${said(c.req.raw)}</h1>`, 502))
    .all('/garbles/*', c => c.body(`{"results": ${said(c.req.raw)}`, 200, { 'content-type': 'application/json' }))
    .all('/moves/*', c => c.redirect(`https://elsewhere.example/${personal['what the provider said']}`))
    .all('/waits/*', () => new Promise<Response>(() => {}))
}

async function call(request: string, sending: Sending = {}): Promise<Answer> {
  const [method = '', at = ''] = request.split(/ (.*)/s)
  const { key = secrets.KOINE_SECRET_KEY, connection, body, headers } = sending
  const answered = await fetch(url + at, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${key}`,
      ...(connection !== undefined && { 'connection-id': connection }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answered.text()
  // What the proxy passes on may be no JSON, whatever it says of itself.
  const type = answered.headers.get('content-type') ?? ''
  const isOurs = type === PROBLEM || (type.includes('json') && !at.startsWith('/proxy/') && text !== '')
  const parsed = isOurs ? JSON.parse(text) : undefined
  const answer = { status: answered.status, headers: answered.headers, text, body: parsed }
  exchanges.push({ request, sending, answer })
  return answer
}
const must = async (request: string, sending: Sending = {}): Promise<Answer> => {
  const answer = await call(request, sending)
  expect(answer.status, `${request}: ${answer.text}`).toBeLessThan(300)
  return answer
}

/** Puts a plant into every setting there is. */
async function configure(upstream: string): Promise<void> {
  const environment = {
    webhook_url: plain.webhook_url,
    allowed_origins: [plain['allowed origin']],
    brand: { name: plain['brand name'] },
  }
  await must('PATCH /environment', { body: environment })
  await must('POST /environments', { body: { name: plain['environment name'] } })
  await must('POST /environment/api-keys', { body: { name: plain['key name'] } })
  await must(`PUT /environment-variables/${plain['variable name']}`, { body: { value: secrets.variable } })
  const integration = (unique_key: string, base: string, more: object = {}) =>
    must('POST /integrations', {
      body: { provider: 'hubspot', unique_key, integration_config: { base_url: `${upstream}${base}` }, ...more },
    })
  const credentials = { type: 'OAUTH2', client_id: secrets['client id'], client_secret: secrets['client secret'] }
  await integration('people', '/sandbox', {
    display_name: plain['display name'],
    custom: { note: plain.custom },
    credentials: { ...credentials, webhook_secret: secrets['webhook secret'] },
  })
  await must('PATCH /integrations/people', {
    body: { integration_config: { base_url: `${upstream}/sandbox`, setting: plain.integration_config } },
  })
  const host = 'https://nango.example.com'
  await must('POST /integrations', {
    body: {
      provider: 'hubspot',
      unique_key: 'backed',
      backend: { type: 'nango', host, api_key: secrets['key of a backend'] },
    },
  })
  const connection = (provider_config_key: string, connection_id: string, given: object, more: object = {}) =>
    must('POST /connections?verify=false', {
      body: { provider_config_key, connection_id, credentials: given, ...more },
    })
  await connection(
    'people',
    plain['connection id'],
    { type: 'OAUTH2', access_token: TOKEN, refresh_token: secrets['refresh token'] },
    {
      metadata: {
        note: plain.metadata,
        field_mappings: { contacts: { 'custom_fields.planted': 'properties.planted' } },
      },
      connection_config: { note: plain.connection_config },
      tags: { plan: plain.tag },
      end_user: { id: plain['end user id'], email: plain['end user email'], display_name: plain['end user name'] },
      webhook_url_override: plain.webhook_url_override,
    },
  )
  await connection('people', 'with-a-key', { type: 'API_KEY', apiKey: secrets['api key of a connection'] })
  for (const way of ['rejects', 'unauthorized', 'fails', 'crashes', 'garbles', 'moves', 'waits']) {
    await integration(way, `/${way}`)
    await connection(way, way, { type: 'OAUTH2', access_token: secrets['access token'] })
  }
  const basic = { type: 'BASIC', username: secrets['user name'], password: secrets.password }
  await call('POST /connections?verify=false', { body: { provider_config_key: 'people', credentials: basic } })
  await must(`GET /connections/${plain['connection id']}?refresh_token=true`)
}

const person = {
  first_name: personal['first name'],
  last_name: personal['last name'],
  emails: [{ email: personal['email written'] }],
  phone_numbers: [{ number: personal.phone }],
}

/** Reads and writes with plants in every place of a request. */
async function use(connection: string): Promise<void> {
  const id = encodeURIComponent(personal.id)
  const create = { ...person, pass_through: { properties: { lastname: personal['passed through'] } } }
  for (const [request, body] of [
    ['GET /contacts?limit=2&explain=true', undefined],
    [`GET /contacts?filter[email]=${personal['email filtered']}&explain=true`, undefined],
    [`GET /contacts?filter[name]=${personal['last name']}`, undefined],
    [`GET /contacts?fields=${personal['field asked for']}`, undefined],
    [`GET /contacts?cursor=${personal.cursor}`, undefined],
    [`GET /contacts?${personal.query}=1`, undefined],
    [`GET /contacts/${id}?raw=true`, undefined],
    [`PATCH /contacts/${id}?explain=true`, person],
    [`DELETE /contacts/${id}`, undefined],
    ['POST /contacts?explain=true', person],
    ['POST /contacts', create],
    ['POST /contacts', { ...person, [personal.member]: 1 }],
    ['POST /contacts', { ...person, custom_fields: { x: personal['custom value'] } }],
    ['POST /contacts', `{"name": "${personal['body that is no JSON']}`],
    [
      'POST /action/trigger',
      { action_name: 'list-contacts', input: { filter: { email: personal['email filtered'] } } },
    ],
    ['POST /action/trigger', { action_name: plain['action name'], input: person }],
    [`GET /proxy/crm/v3/objects/contacts/${id}?q=${personal.query}`, undefined],
  ] as const)
    await call(request, {
      connection,
      ...(body !== undefined && { body }),
      headers: { 'provider-config-key': connection === plain['connection id'] ? 'people' : connection },
    })
  for (const again of [1, 2])
    await call('POST /contacts', {
      connection,
      body: { ...person, title: String(again) },
      headers: { 'idempotency-key': secrets['idempotency key'] },
    })
}

/** Sends every documented operation what it should refuse, with plants in all its places. */
async function misuse(): Promise<void> {
  for (const { method, path: template, body } of operations) {
    const at = template.replace(/\{\w+\}/g, personal.path)
    const query = `?${personal.query}=${personal.query}`
    for (const sending of [
      { key: secrets['wrong key'] },
      { headers: { 'content-type': 'text/plain' }, ...(body && { body: personal['body that is no JSON'] }) },
      ...(body
        ? [
            { body: { [personal.member]: personal['custom value'] } },
            { body: `{"a": "${personal['body that is no JSON']}` },
          ]
        : []),
    ] as Sending[])
      await call(`${method} ${at}${query}`, { connection: 'nobody', ...sending })
    await call(`${method} ${at}`, { connection: personal.id, ...(body && { body: {} }) })
  }
  await call(`GET /${personal.path}/${personal.query}`)
  await call('POST /health', { body: person })
}

beforeAll(async () => {
  const place = await directory()
  path = place.path
  closing.push(place.remove)
  const upstream = new Hono()
  upstream.use(async (c, next) => {
    sent.push(c.req.url)
    await next()
  })
  upstream.mount('/sandbox', createHubspot().app.fetch)
  upstream.mount('/', talkative().fetch)
  const server = await listen(upstream.fetch)
  closing.push(server.close)
  gateway = run('src/node.ts', {
    ...settings,
    KOINE_SECRET_KEY: secrets.KOINE_SECRET_KEY,
    KOINE_PROVIDER_TIMEOUT: '0.3',
    KOINE_RATE_LIMIT: '0',
    KOINE_DATA: path,
    PORT: '0',
  })
  closing.push(() => gateway.child.kill('SIGKILL'))
  url = (await gateway.said(/"listening":"([^"]+)"/))[1]!
  await configure(server.url)
  const ways = [
    plain['connection id'],
    'with-a-key',
    'backed',
    'rejects',
    'unauthorized',
    'fails',
    'crashes',
    'garbles',
    'moves',
    'waits',
  ]
  for (const connection of ways) await use(connection)
  await misuse()
  for (const open of [
    '/docs',
    '/openapi.json',
    '/health',
    '/ready',
    '/logs',
    '/coverage',
    '/providers',
    '/problems/conflict',
  ])
    await call(`GET ${open}`)
  // As from a keyboard: a supervisor's signal is announced for some seconds first, which test/node/drain.test.ts looks at.
  gateway.child.kill('SIGINT')
  expect(await gateway.ended).toBe(0)
}, 60_000)
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

it('was driven into every documented kind of answer that a caller can cause', () => {
  const statuses = new Set(exchanges.map(({ answer }) => answer.status))
  for (const status of [200, 201, 400, 401, 404, 405, 415, 422, 424, 502, 504])
    expect(statuses, String(status)).toContain(status)
  expect(exchanges.filter(({ answer }) => answer.body?.code === 'internal')).toEqual([])
  expect(sent.length).toBeGreaterThan(50)
})

describe('none is', () => {
  it('in the log of the process', () => {
    const lines = gateway.out().trim().split('\n')
    expect(lines.length).toBeGreaterThan(exchanges.length)
    expect(found(gateway.out(), everything)).toEqual([])
    expect(gateway.out()).not.toContain(TOKEN)
    expect(found(gateway.err(), everything)).toEqual([])
  })

  it('in a problem, but what that very request said, and the provider within bounds', () => {
    const problems = exchanges.filter(({ answer }) => answer.headers.get('content-type') === PROBLEM)
    expect(problems.length).toBeGreaterThan(100)
    for (const { request, sending, answer } of problems) {
      const name = `${request}: ${answer.text}`
      expect(found(answer.text, secrets), name).toEqual([])
      expect(answer.text, name).not.toContain(TOKEN)
      const { upstream, ...own } = answer.body
      const said = found(request + JSON.stringify(sending.body ?? ''), everything)
      expect(
        found(JSON.stringify(own), everything).filter(plant => !said.includes(plant)),
        name,
      ).toEqual([])
      expect(String(upstream?.message ?? '').length).toBeLessThanOrEqual(500)
      // What stands behind the bound is cut off.
      expect(found(JSON.stringify(upstream ?? ''), { x: personal['email read'] }), name).toEqual([])
    }
  })

  it('in a header of an answer', () => {
    for (const { request, answer } of exchanges) {
      const { location, ...headers } = Object.fromEntries(answer.headers)
      expect(found(JSON.stringify(headers), { ...secrets, ...personal }), request).toEqual([])
    }
  })

  it('a credential in what explains a call', () => {
    const explained = exchanges.flatMap(({ answer }) =>
      answer.body?.explain ? [JSON.stringify(answer.body.explain)] : [],
    )
    expect(explained.length).toBeGreaterThanOrEqual(3)
    for (const text of explained) {
      expect(found(text, secrets)).toEqual([])
      expect(text).not.toContain(TOKEN)
      expect(text.toLowerCase()).not.toContain('authorization')
    }
  })

  it('on a public page, in the document, in coverage or in the log that is asked for', () => {
    for (const page of [
      '/docs',
      '/openapi.json',
      '/problems/conflict',
      '/health',
      '/ready',
      '/coverage',
      '/providers',
    ]) {
      const { answer } = exchanges.findLast(({ request }) => request === `GET ${page}`)!
      expect([page, answer.status, found(answer.text, everything)]).toEqual([page, 200, []])
    }
    const { answer } = exchanges.findLast(({ request }) => request === 'GET /logs')!
    // What was called, by the caller's own names.
    expect(found(answer.text, everything).filter(plant => !['connection id', 'action name'].includes(plant))).toEqual(
      [],
    )
  })

  it('a credential in an address that a provider was called at', () => {
    for (const url of sent) expect(found(url, secrets), url).toEqual([])
  })
})

describe('the database', () => {
  /** Columns that hold a caller's own names and notes in plain, each with the plants that are meant to be there. */
  const kept: Readonly<Record<string, readonly string[]>> = {
    // Named by the caller, so that it can be asked for.
    'connections.connection_id': ['connection id'],
    'logs.connection_id': ['connection id'],
    // What was called, as it was named.
    'logs.name': ['action name'],
    'environments.name': ['environment name'],
    'api_keys.name': ['key name'],
    'environment_variables.name': ['variable name'],
    'integrations.display_name': ['display name'],
    // Shown to every reader, and documented as no place for secrets.
    'integrations.integration_config': ['integration_config'],
    'integrations.custom': ['custom'],
    // Filtered by, or laid over a mapping, on every call; documented as not sealed.
    'connections.metadata': ['metadata'],
    'connections.connection_config': ['connection_config'],
    'connections.tags': ['tag'],
    'connections.end_user': ['end user id', 'end user email', 'end user name'],
    // Where webhooks go.
    'connections.webhook_url_override': ['webhook_url_override'],
    'environments.webhook_url': ['webhook_url'],
    'environments.allowed_origins': ['allowed origin'],
    // Shown on the connect page.
    'environments.brand': ['brand name'],
  }

  it('holds in plain what is documented as plain, and nothing else', () => {
    const held: Record<string, string[]> = {}
    for (const file of ['koine.sqlite', 'koine-logs.sqlite']) {
      const db = new DatabaseSync(join(path, file), { readOnly: true })
      const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as { name: string }[]
      expect(tables.length).toBeGreaterThan(1)
      for (const { name } of tables)
        for (const row of db.prepare(`SELECT * FROM "${name}"`).all())
          for (const [column, value] of Object.entries(row)) {
            const plants = found(String(value ?? ''), everything)
            if (plants.length > 0)
              held[`${name}.${column}`] = [...new Set([...(held[`${name}.${column}`] ?? []), ...plants])]
          }
      db.close()
    }
    for (const plants of Object.values(held)) plants.sort()
    expect(held).toEqual(Object.fromEntries(Object.entries(kept).map(([at, plants]) => [at, [...plants].sort()])))
  })

  it('holds no secret and no record in any byte of its files', () => {
    const files = ['koine.sqlite', 'koine-logs.sqlite']
      .flatMap(name => [name, `${name}-wal`, `${name}-shm`])
      .map(name => join(path, name))
      .filter(existsSync)
    const bytes = Buffer.concat(files.map(file => readFileSync(file))).toString('latin1')
    expect(bytes).toContain(plain['connection id'])
    expect(found(bytes, { ...secrets, ...personal, token: TOKEN })).toEqual([])
  })
})
