// A process that is killed while it refreshes a token: what the next one finds, and how often the provider is asked.
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createListener, type Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { listen } from '../support/gateway.ts'
import { directory, type Running, run } from './process.ts'

const KEY = settings.KOINE_SECRET_KEY

/** What one test has: a database that outlives processes, and a provider. */
interface World {
  readonly path: string
  readonly api: Awaited<ReturnType<typeof listen>>
  /** What is ended after the test, the latest first. */
  readonly closing: (() => unknown)[]
  /** Tokens that the provider accepts. */
  readonly valid: Set<string>
}

// A world for each, so that the tests, which wait for seconds until a claim is over, can do so side by side.
const it = test.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it that no other fixture is wanted
  world: async ({}, use) => {
    const closing: World['closing'] = []
    const { path, remove } = await directory()
    closing.push(remove)
    const valid = new Set<string>()
    const api = await listen(request =>
      valid.has(request.headers.get('authorization') ?? '')
        ? Response.json({ results: [] })
        : Response.json({ category: 'EXPIRED_AUTHENTICATION' }, { status: 401 }),
    )
    closing.push(api.close)
    await use({ path, api, closing, valid })
    for (const close of closing.reverse()) await close()
  },
})

/** A process over the database, and how it is called. */
async function start({
  path,
  closing,
}: World): Promise<Running & { call(request: string, body?: object): Promise<number> }> {
  const gateway = run('src/node.ts', { ...settings, KOINE_PROVIDER_TIMEOUT: '1', KOINE_DATA: path, PORT: '0' })
  closing.push(async () => {
    gateway.child.kill('SIGKILL')
    await gateway.ended
  })
  const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
  return {
    ...gateway,
    async call(request, body) {
      const [method = '', target = ''] = request.split(' ')
      const response = await fetch(url + target, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'connection-id': 'one', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      await response.arrayBuffer()
      return response.status
    },
  }
}
/** A process with a connection whose token is over. */
async function startConnected(world: World, token_url: string) {
  const gateway = await start(world)
  const integration_config = { base_url: world.api.url, token_url }
  const client = { type: 'OAUTH2', client_id: 'client', client_secret: 'secret' }
  const integration = { provider: 'hubspot', unique_key: 'crm', integration_config, credentials: client }
  expect(await gateway.call('POST /integrations', integration)).toBe(200)
  const credentials = {
    type: 'OAUTH2',
    access_token: 'a',
    refresh_token: 'refresh-0',
    expires_at: '2020-01-01T00:00:00Z',
  }
  const connection = { provider_config_key: 'crm', connection_id: 'one', credentials }
  expect(await gateway.call('POST /connections', connection)).toBe(201)
  return gateway
}
const listenOn = (server: NetServer, port = 0) =>
  new Promise<void>(resolve => server.listen(port, '127.0.0.1', () => resolve()))
const kill = async ({ child, ended }: Running) => {
  child.kill('SIGKILL')
  await ended
}
/** A token endpoint whose refresh tokens work once, and what it was asked with. */
function rotating({ valid }: World, asked: string[], answered: (end: () => void) => void = end => end()) {
  let good = 'refresh-0'
  return createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    const given = new URLSearchParams(text).get('refresh_token') ?? ''
    const n = asked.push(given)
    const isGood = given === good
    if (isGood) good = `refresh-${n}`
    if (isGood) valid.add(`Bearer access-${n}`)
    const body = isGood
      ? { access_token: `access-${n}`, refresh_token: good, expires_in: 1800 }
      : { error: 'invalid_grant' }
    answered(() => {
      response.writeHead(isGood ? 200 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
}

it.concurrent('after the answer and before it was stored: 424, and the endpoint is left in peace', async ({
  world,
  expect,
}) => {
  const { path, closing } = world
  const asked: string[] = []
  const database = new DatabaseSync(join(path, 'koine.sqlite'))
  closing.push(() => database.close())
  let answer = () => {}
  const came = new Promise<void>(resolve => {
    answer = resolve
  })
  let isFirst = true
  const endpoint = rotating(world, asked, end => {
    // From here on nothing is stored: whatever the process does with the answer, the next one does not know of it.
    if (isFirst) database.exec('BEGIN IMMEDIATE')
    end()
    if (isFirst) answer()
    isFirst = false
  })
  await listenOn(endpoint)
  closing.push(() => new Promise(resolve => endpoint.close(resolve)))
  const first = await startConnected(world, `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`)
  const call = first.call('GET /contacts').catch(() => 0)
  await came
  await kill(first)
  await call
  database.exec('ROLLBACK')
  expect(asked).toEqual(['refresh-0'])

  const second = await start(world)
  await expect.poll(() => second.call('GET /contacts'), { timeout: 20_000 }).toBe(424)
  const all = await Promise.all(Array.from({ length: 50 }, () => second.call('GET /contacts')))
  expect(new Set(all)).toEqual(new Set([424]))
  expect(asked).toEqual(['refresh-0', 'refresh-0'])
}, 60_000)

it.concurrent('before anything was asked: after the time of its claim there is exactly one request', async ({
  world,
  expect,
}) => {
  const { closing } = world
  const asked: string[] = []
  const sockets: Socket[] = []
  let connected = () => {}
  const came = new Promise<void>(resolve => {
    connected = resolve
  })
  // It takes connections and reads nothing of them.
  const deaf = createListener({ pauseOnConnect: true }, socket => {
    sockets.push(socket.on('error', () => {}))
    connected()
  })
  await listenOn(deaf)
  const { port } = deaf.address() as AddressInfo
  const first = await startConnected(world, `http://127.0.0.1:${port}/token`)
  const call = first.call('GET /contacts').catch(() => 0)
  await came
  await kill(first)
  await call
  for (const socket of sockets) socket.destroy()
  await new Promise(resolve => deaf.close(resolve))

  const endpoint = rotating(world, asked)
  await listenOn(endpoint, port)
  closing.push(() => new Promise(resolve => endpoint.close(resolve)))
  const second = await start(world)
  const statuses = await Promise.all(Array.from({ length: 20 }, () => second.call('GET /contacts')))
  for (const status of statuses) expect([200, 503, 504]).toContain(status)
  await expect.poll(() => second.call('GET /contacts'), { timeout: 20_000 }).toBe(200)
  const all = await Promise.all(Array.from({ length: 50 }, () => second.call('GET /contacts')))
  expect(new Set(all)).toEqual(new Set([200]))
  expect(asked).toEqual(['refresh-0'])
}, 60_000)
