import { mkdtemp, rm } from 'node:fs/promises'
import { request as send } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../mappings/index.ts'
import { configure, type Server, startGateway } from '../../src/node.ts'
import { type Caller, callerOf, problem } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { counted } from '../store/disk.ts'
import { openApp } from '../support/opened.ts'

const closing: (() => unknown)[] = []
let upstream: Awaited<ReturnType<typeof startUpstream>>['upstream']
beforeAll(async () => {
  const started = await startUpstream()
  upstream = started.upstream
  closing.push(started.close)
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

/** A gateway over sockets in a directory, and the lines of its log. */
async function start(directory: string, more: Readonly<Record<string, string>> = {}) {
  const configured = configure({ ...settings, ...more, KOINE_DATA: directory, PORT: '0' })
  if (!configured.ok) throw new Error(configured.faults.join('\n'))
  const lines: Readonly<Record<string, unknown>>[] = []
  const server: Server = await startGateway(configured.config, entry => lines.push(entry))
  const key = settings.KOINE_SECRET_KEY
  const caller = callerOf(() => ({ ...upstream, key, fetch: (path, init) => fetch(server.url + path, init) }))
  return { server, caller, lines }
}
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'koine-sessions-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  return directory
}
const tokenFor = async ({ call }: Pick<Caller, 'call'>, body: object = {}): Promise<string> => {
  const answer = await call('POST /sessions', { body: { connection_id: 'people', ...body } })
  expect(answer.status).toBe(201)
  return answer.body.token
}

describe('the master key', () => {
  it('is replaced while tokens go on, and ends those of one that is no longer listed', async () => {
    const directory = await newDirectory()
    const next = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7))
    const both = `2027:${next.toString('base64')},default:${settings.KOINE_MASTER_KEY}`
    const before = await start(directory)
    await before.caller.connect('people', upstream.sandbox)
    const old = await tokenFor(before.caller)
    await before.server.close()
    const between = await start(directory, { KOINE_MASTER_KEY: both })
    expect((await between.caller.call('GET /contacts/1001', { key: old })).status).toBe(200)
    const fresh = await tokenFor(between.caller)
    await between.server.close()
    const after = await start(directory, { KOINE_MASTER_KEY: both.split(',')[0]! })
    problem(await after.caller.call('GET /contacts/1001', { key: old }), 401, 'unauthenticated')
    // It verifies, and what it leads to was sealed with the former key, which nobody sealed anew here.
    problem(await after.caller.call('GET /contacts/1001', { key: fresh }), 500, 'storage-integrity')
    await after.server.close()
  })
})

describe('one gateway', () => {
  let gateway: Awaited<ReturnType<typeof start>>
  let caller: Caller
  beforeAll(async () => {
    gateway = await start(await newDirectory())
    caller = gateway.caller
    closing.push(() => gateway.server.close())
    await caller.connect('people', upstream.sandbox)
  })

  it('accepts no token that somebody else made or changed', async () => {
    const token = await tokenFor(caller, { verbs: ['list'], models: ['companies'] })
    const [head = '', payload = '', signature = ''] = token.slice('koine_session_'.length).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = encoded({ ...JSON.parse(Buffer.from(head, 'base64url').toString()), alg: 'none' })
    const widened = encoded({ ...claims, verbs: ['list', 'get', 'delete'], models: undefined })
    for (const forged of [
      [none, widened, ''],
      [none, widened, signature],
      [head, widened, signature],
      [head, encoded({ ...claims, exp: claims.exp + 86_400 }), signature],
    ])
      for (const request of ['GET /contacts/1001', 'GET /connections'])
        problem(await caller.call(request, { key: `koine_session_${forged.join('.')}` }), 401, 'unauthenticated')
    // Without the prefix it is a key, and there is no such key.
    problem(await caller.call('GET /companies', { key: `${head}.${payload}.${signature}` }), 401, 'unauthenticated')
    expect((await caller.call('GET /companies', { key: token })).status).toBe(200)
  })

  it('logs the key that a token was made with, and never the token', async () => {
    const keys = (await caller.call('GET /environment/api-keys')).body.data
    const token = await tokenFor(caller)
    gateway.lines.length = 0
    expect((await caller.call('GET /contacts/1001', { key: token })).status).toBe(200)
    problem(await caller.call('GET /connections', { key: token }), 403, 'outside-session')
    await expect.poll(() => gateway.lines.length).toBe(2)
    for (const line of gateway.lines) expect(line).toMatchObject({ key: keys[0].id })
    const logs = await caller.call('GET /logs')
    for (const text of [JSON.stringify(gateway.lines), logs.text])
      for (const part of [token, ...token.split('.')]) expect(text).not.toContain(part)
  })

  it('lets its own pages call with a key, whatever ended TLS before it', async () => {
    const host = new URL(gateway.server.url).host
    for (const origin of [`http://${host}`, `https://${host}`]) {
      const answer = await caller.call('GET /contacts/1001', { connection: 'people', headers: { origin } })
      expect([answer.status, answer.headers.has('access-control-allow-origin')]).toEqual([200, false])
    }
    for (const origin of ['http://127.0.0.1', `http://${host}0`, `http://${host}.evil.example`, `ftp://${host}`])
      problem(await caller.call('GET /contacts/1001', { headers: { origin } }), 403, 'key-in-browser')
  })

  it('does not write to a connection that was made anew while the body was coming', async () => {
    await caller.connect('swapped', upstream.scratch)
    const token = await tokenFor(caller, { connection_id: 'swapped', verbs: ['create'] })
    const body = JSON.stringify({ last_name: 'Late' })
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = send(`${gateway.server.url}/contacts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': body.length,
          'idempotency-key': 'late',
        },
      })
      request.on('error', reject)
      request.on('response', response => {
        let text = ''
        response.setEncoding('utf8').on('data', piece => {
          text += piece
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      const swap = async () => {
        request.write(body.slice(0, 5))
        // Long enough that the token has been looked at; were it not, the test would pass all the same.
        await delay(300)
        await caller.call('DELETE /connections/swapped?provider_config_key=swapped')
        const credentials = { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' }
        await caller.call('POST /connections', {
          body: { provider_config_key: 'swapped', connection_id: 'swapped', credentials },
        })
        // What the server made for the new connection under the same idempotency key is not the token's to read.
        const headers = { 'idempotency-key': 'late' }
        await caller.call('POST /contacts', { connection: 'swapped', body: JSON.parse(body), headers })
        request.end(body.slice(5))
      }
      swap().catch(reject)
    })
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([401, 'session-ended'])
  })
})

describe('a warm request with a token', () => {
  it('reads no storage, and counts against the limit of its key', async () => {
    let batches: readonly unknown[] = []
    const opened = openApp(files, undefined, {
      wrap: driver => {
        const wrapped = counted(driver)
        batches = wrapped.batches
        return wrapped
      },
      more: { KOINE_RATE_LIMIT: '10' },
      carriesRuns: false,
    })
    closing.push(opened.close)
    const key = settings.KOINE_SECRET_KEY
    const { call, connect } = callerOf(() => ({
      ...upstream,
      key,
      fetch: async (path, init) => opened.app.request(path, init),
    }))
    await connect('people', upstream.sandbox)
    await call('PATCH /environment', { body: { allowed_origins: ['https://app.example.com'] } })
    const token = await tokenFor({ call })
    const read = () => call('GET /contacts/1001', { key: token, headers: { origin: 'https://app.example.com' } })
    const first = await read()
    expect([first.status, first.headers.get('ratelimit-remaining')]).toEqual([200, '5'])
    const { length } = batches
    for (let count = 0; count < 5; count++) expect((await read()).status).toBe(200)
    expect(batches.length).toBe(length)
    // Ten requests of the key: four by itself, six by the token.
    const limited = await read()
    problem(limited, 429, 'rate-limited')
    expect(limited.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    problem(await call('GET /connections'), 429, 'rate-limited')
  })
})
