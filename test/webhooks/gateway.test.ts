// The whole gateway on Node, in a process of its own.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT, isInstalled } from '../actions/client.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from '../node/process.ts'
import { receiver } from './outbox.ts'

let place: Awaited<ReturnType<typeof directory>>
let here: Awaited<ReturnType<typeof receiver>>
let gateway: Running
let url: string
const start = async () => {
  gateway = run('src/node.ts', { ...settings, KOINE_DATA: place.path, PORT: '0' })
  const [, listening = ''] = await gateway.said(/"listening":"([^"]+)"/)
  url = listening
}
beforeEach(async () => {
  place = await directory()
  here = await receiver()
  await start()
})
afterEach(async () => {
  gateway.child.kill('SIGKILL')
  await gateway.ended
  await here.close()
  await place.remove()
})

async function call(request: string, body?: unknown, key: string = settings.KOINE_SECRET_KEY) {
  const [method = '', path = ''] = request.split(' ')
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}
const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}
const wanted = () => call('PATCH /environment', { webhook_url: `${here.url}/hook?secret=planted` })
async function connect(connection_id: string) {
  const unique_key = 'people'
  await call('POST /integrations', { provider: 'hubspot', unique_key })
  const credentials = { type: 'OAUTH2', access_token: 'token' }
  const made = await call('POST /connections', { provider_config_key: unique_key, connection_id, credentials })
  expect(made.status).toBe(201)
}
const keyNow = async () => (await call('GET /environment/webhook-signing-key')).body.data.webhook_signing_key

it('tells of a connection that is made, and shows each attempt in the log, without its address', async () => {
  await wanted()
  await connect('customer-42')
  await until(() => here.came.length === 1)
  const { headers, body } = here.came[0]!
  expect(new Webhook(await keyNow()).verify(body, Object.fromEntries(headers))).toEqual({
    from: 'nango',
    type: 'auth',
    operation: 'creation',
    success: true,
    connectionId: 'customer-42',
    providerConfigKey: 'people',
    provider: 'hubspot',
    authMode: 'OAUTH2',
    environment: 'dev',
  })
  let logs = await call('GET /logs?kind=webhook')
  await until(async () => {
    logs = await call('GET /logs?kind=webhook')
    return logs.body.data.length > 0
  })
  expect(logs.body.data).toMatchObject([
    {
      kind: 'webhook',
      name: 'auth',
      request_id: headers.get('webhook-id'),
      connection_id: 'customer-42',
      integration: 'people',
      status: 200,
      attempt: 1,
      sent_bytes: Buffer.byteLength(body),
    },
  ])
  expect(JSON.stringify(logs.body) + gateway.out()).not.toContain('planted')
})

it('what was under way when the process was killed is sent by the next one, once its claim is over', async () => {
  await wanted()
  here.answers.push(() => new Promise(() => {}))
  await connect('customer-42')
  await until(() => here.came.length === 1)
  gateway.child.kill('SIGKILL')
  await gateway.ended
  const db = new DatabaseSync(join(place.path, 'koine.sqlite'))
  const claimed = db.prepare('UPDATE webhook_deliveries SET next_at = ? WHERE next_at > ? RETURNING attempts')
  const now = new Date().toISOString()
  // In place of 45 seconds.
  expect(claimed.all(now, now)).toEqual([{ attempts: 0 }])
  db.close()
  await start()
  await until(() => here.came.length === 2)
  const [first, second] = here.came
  expect(second?.headers.get('webhook-id')).toBe(first?.headers.get('webhook-id'))
})

it('ends in order while a receiver hangs', async () => {
  await wanted()
  here.answers.push(() => new Promise(() => {}))
  await connect('customer-42')
  await until(() => here.came.length === 1)
  gateway.child.kill('SIGINT')
  expect(await gateway.ended).toBe(0)
  expect(gateway.err()).toBe('')
})

describe('keys', () => {
  it('are rotated without a gap: the former signs beside the new one, and receivers may have either', async () => {
    await wanted()
    const former = await keyNow()
    expect(await keyNow()).toBe(former)
    const { body } = await call('POST /environment/webhook-signing-key/rotate')
    const present = body.data.webhook_signing_key
    expect(Object.keys(body)).toEqual(['data'])
    expect(Object.keys(body.data)).toEqual(['webhook_signing_key'])
    expect(present).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(present).not.toBe(former)
    const { data } = (await call('GET /environment/webhook-signing-key')).body
    expect(data).toEqual({
      webhook_signing_key: present,
      keys: [{ key: present }, { key: former, until: expect.stringMatching(/^\d{4}-/) }],
    })
    await call('POST /environment/webhook-test')
    const came = here.came[0]!
    for (const key of [present, former])
      expect(new Webhook(key).verify(came.body, Object.fromEntries(came.headers))).toMatchObject({ type: 'test' })
  })

  it('are an environment’s own, and shown to whoever may change it', async () => {
    const mine = await keyNow()
    const other = (await call('POST /environments', { name: 'other' })).body.data.api_key.key
    const theirs = await call('GET /environment/webhook-signing-key', undefined, other)
    expect(theirs.body.data.webhook_signing_key).not.toBe(mine)
    const reader = (await call('POST /environment/api-keys', { name: 'r', scopes: ['environment:read'] })).body.data.key
    for (const request of [
      'GET /environment/webhook-signing-key',
      'POST /environment/webhook-signing-key/rotate',
      'POST /environment/webhook-test',
    ])
      expect([request, (await call(request, undefined, reader)).status]).toEqual([request, 403])
  })

  it.skipIf(!isInstalled)('verify in the real client (`npm ci` in test/clients/nango)', async () => {
    await wanted()
    const verify = async (key: string) => {
      await call('POST /environment/webhook-test')
      const { headers, body } = here.came.at(-1)!
      const code = `import { Nango } from '@nangohq/node'
        const [key, body, headers] = process.argv.slice(1)
        const nango = new Nango({ secretKey: 'unused', webhookSigningKey: key })
        console.log(nango.verifyIncomingWebhookRequest(body, JSON.parse(headers)))`
      const given = ['--input-type=module', '-e', code, key, body, JSON.stringify(Object.fromEntries(headers))]
      const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: CLIENT })
      return stdout.trim()
    }
    const former = await keyNow()
    expect(await verify(former)).toBe('true')
    await call('POST /environment/webhook-signing-key/rotate')
    expect([await verify(former), await verify(await keyNow())]).toEqual(['false', 'true'])
  })
})

describe('POST /environment/webhook-test', () => {
  const test = async () => {
    const { status, body } = await call('POST /environment/webhook-test')
    return { status, data: body.data, code: body.code }
  }
  it('answers what came of it', async () => {
    expect(await test()).toMatchObject({ status: 400, code: 'webhook-url-missing' })
    await wanted()
    here.answers.push(
      () => new Response('', { status: 204 }),
      () => new Response('', { status: 500 }),
      () => new Response('', { status: 302, headers: { location: here.url } }),
    )
    expect(await test()).toEqual({ status: 200, data: { delivered: true, status: 204, ms: expect.any(Number) } })
    expect((await test()).data).toMatchObject({ delivered: false, status: 500 })
    expect((await test()).data).toMatchObject({ delivered: false, status: 302 })
    expect(here.came).toHaveLength(3)
    expect(here.came[0]?.body).toBe('{"environment":"dev","from":"nango","type":"test"}')
    const logs = (await call('GET /logs?kind=webhook&name=test')).body.data
    expect(logs.map(({ status }: { status: number }) => status)).toEqual([302, 500, 204])
    await call('PATCH /environment', { webhook_url: 'http://127.0.0.1:1/' })
    expect((await test()).data).toMatchObject({ delivered: false, error: { code: 'provider-unreachable' } })
  })
})
