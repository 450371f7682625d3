// What is told of runs over which a process on Node was killed.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from '../node/process.ts'
import { listen } from '../support/gateway.ts'
import { receiver } from './outbox.ts'

let place: Awaited<ReturnType<typeof directory>>
let here: Awaited<ReturnType<typeof receiver>>
let gateway: Running
let url: string
const start = async () => {
  gateway = run('src/node.ts', { ...settings, KOINE_DATA: place.path, PORT: '0', KOINE_PROVIDER_TIMEOUT: '60' })
  const [, listening = ''] = await gateway.said(/"listening":"([^"]+)"/)
  url = listening
}
const kill = async () => {
  gateway.child.kill('SIGKILL')
  await gateway.ended
}
beforeEach(async () => {
  ;[place, here] = [await directory(), await receiver()]
  await start()
  await call('PATCH /environment', { webhook_url: here.url, webhook_events: ['async_action'] })
})
afterEach(async () => {
  await kill()
  await here.close()
  await place.remove()
})

async function call(request: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const [method = '', path = ''] = request.split(' ')
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${settings.KOINE_SECRET_KEY}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${request} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}
async function connect(address: string) {
  const unique_key = 'people'
  await call('POST /integrations', { provider: 'hubspot', unique_key, integration_config: { base_url: address } })
  const credentials = { type: 'OAUTH2', access_token: 'token' }
  await call('POST /connections', { provider_config_key: unique_key, connection_id: 'customer-42', credentials })
}
/** Accepts a run that makes a contact. */
const create = () =>
  call('POST /contacts', { first_name: 'Ada' }, { 'connection-id': 'customer-42', 'x-async': 'true' })
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 20))
}
const change = (statement: string) => {
  const db = new DatabaseSync(join(place.path, 'koine.sqlite'))
  const { changes } = db.prepare(statement).run()
  db.close()
  expect(changes).toBe(1)
}

it('a create that was under way is told as interrupted, once the next process has taken over', async () => {
  let asked = 0
  const silent = await listen(() => {
    asked++
    return new Promise<Response>(() => {})
  })
  await connect(silent.url)
  const { id } = await create()
  await until(() => asked === 1)
  await kill()
  await start()
  await until(() => here.came.length === 1)
  expect(JSON.parse(here.came[0]?.body ?? '')).toMatchObject({
    type: 'async_action',
    connectionId: 'customer-42',
    providerConfigKey: 'people',
    payload: { id, action: 'create-contact', state: 'interrupted', success: false, error: { code: 'run-interrupted' } },
  })
  // It may have reached the provider, so nobody asks for it again.
  expect(asked).toBe(1)
  await silent.close()
})

it('what was told and not noted so is told again with the same id', async () => {
  const refusing = await listen(async () => Response.json({}, { status: 400 }))
  await connect(refusing.url)
  here.answers.push(() => new Response('', { status: 503 }))
  const { id } = await create()
  await until(() => here.came.length === 1)
  await kill()
  change('UPDATE runs SET told = 0')
  change(`UPDATE webhook_deliveries SET next_at = '2026-01-01T00:00:00.000Z'`)
  await start()
  await until(() => here.came.length > 1)
  const ids = here.came.map(({ headers }) => headers.get('webhook-id'))
  expect(new Set(ids)).toEqual(new Set([`msg_${id.replaceAll('-', '')}`]))
  expect(new Set(here.came.map(({ body }) => body)).size).toBe(1)
  await refusing.close()
})
