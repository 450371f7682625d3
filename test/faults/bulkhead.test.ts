// One customer, provider or reader that is slow takes nothing from others: real sockets, as in front of a browser.
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { problem } from '../contract/caller.ts'
import { type Opened, open } from './open.ts'

let opened: Opened
let gateway: URL
let provider: Server
/** Responses that the provider has not ended, by the token that they were asked for with. */
const under = new Map<string, Set<ServerResponse>>()
const count = (token: string): number => under.get(token)?.size ?? 0
const sockets: Socket[] = []

/** Milliseconds that a busy machine may take for hundreds of requests. */
const PATIENT = { timeout: 20_000 }
const PIECE = Buffer.alloc(65_536, ' ')
const pour = (response: ServerResponse) => {
  while (!response.closed && response.write(PIECE));
}

beforeAll(async () => {
  opened = await open({ KOINE_PROVIDER_TIMEOUT: '3' })
  gateway = new URL((await opened.entryPoint.fetch('/health')).url)
  provider = createServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (token.startsWith('fast')) return void response.end('{"results":[]}')
    const all = under.get(token) ?? new Set()
    under.set(token, all.add(response))
    response.once('close', () => all.delete(response))
    if (!request.url?.startsWith('/endless')) return
    response.writeHead(200)
    response.on('drain', () => pour(response))
    pour(response)
  })
  await new Promise<void>(resolve => provider.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  provider.closeAllConnections()
  await new Promise(resolve => provider.close(resolve))
  await opened.close()
})

/** Makes a connection whose token tells the provider how to be; in an environment of its own where a key is given. */
async function connectTo(integration: string, token: string, key?: string): Promise<void> {
  const base_url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  const body = { provider: 'hubspot', unique_key: integration, integration_config: { base_url } }
  await opened.call('POST /integrations', { ...(key && { key }), body })
  const credentials = { type: 'OAUTH2', access_token: token }
  const connection = { provider_config_key: integration, connection_id: token, credentials }
  const made = await opened.call('POST /connections', { ...(key && { key }), body: connection })
  expect(made.status, made.text).toBe(201)
}

/** Asks for a stream and never reads it. */
function leaveUnread(connection: string, key: string): void {
  const socket = connect(Number(gateway.port), gateway.hostname)
  socket.on('error', () => {})
  socket.write(
    `GET /proxy/endless HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${key}\r\nconnection-id: ${connection}\r\n\r\n`,
  )
  socket.pause()
  sockets.push(socket)
}

it('streams that nobody reads take no other customer’s place, and end', async () => {
  const { key } = await opened.tenant()
  await connectTo('unread', 'unread-token', key)
  await connectTo('unread-other', 'fast-unread')
  for (let i = 0; i < 128; i++) leaveUnread('unread-token', key)
  // A third of the places of one host.
  await expect.poll(() => count('unread-token'), PATIENT).toBe(32)
  const read = await opened.call('GET /contacts', { connection: 'fast-unread' })
  expect([read.status, read.body]).toMatchObject([200, { data: [] }])
  const streamed = await opened.call('GET /proxy/any', { connection: 'fast-unread' })
  expect([streamed.status, streamed.text]).toEqual([200, '{"results":[]}'])
  // Those that are not read end after the time of a call; those that waited for them are told.
  await expect.poll(() => count('unread-token'), PATIENT).toBe(0)
})

it('a slow account takes no place of another of its host, and is told when too many of its calls wait', async () => {
  await connectTo('slow', 'slow-token')
  await connectTo('slow', 'fast-beside')
  const calls = Array.from({ length: 330 }, () => opened.call('GET /contacts', { connection: 'slow-token' }))
  await expect.poll(() => count('slow-token'), PATIENT).toBe(64)
  const read = await opened.call('GET /contacts', { connection: 'fast-beside' })
  expect(read.status).toBe(200)
  const answers = await Promise.all(calls)
  const refused = answers.filter(({ status }) => status === 503)
  // 64 under way, 256 waiting: the others are refused at once, and those that wait when their time is up.
  expect(refused.length).toBeGreaterThanOrEqual(10)
  for (const answer of refused) {
    expect(problem(answer, 503, 'overloaded')).toMatchObject({ source: 'gateway', retryable: true, retry_after: 1 })
    expect(answer.headers.get('retry-after')).toBe('1')
  }
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503, 504]))
  await expect.poll(() => count('slow-token')).toBe(0)
})
