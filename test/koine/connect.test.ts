// `koine connect` against a gateway that listens, while somebody connects an account over its API.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Served, serveGateway } from '../management/served.ts'
import { run } from '../node/process.ts'
import { koineProcess } from './command.ts'

let served: Served
beforeAll(async () => {
  served = await serveGateway()
})
afterAll(() => served.close())

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run('bin/koine.ts', { KOINE_DATA: '/nowhere', ...env }, ['connect', ...args, '--host', served.url, '--no-open'])
const connectAs = (user: string, connection_id: string) =>
  served.must('POST /connections', {
    provider_config_key: 'hubspot',
    connection_id,
    credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' },
    end_user: { id: user },
  })

/** What a shell would call: the address and the headers of a curl. */
function called(curl: string, variables: Readonly<Record<string, string>> = {}): Request {
  const words = [...curl.matchAll(/'((?:[^']|'\\'')*)'|"([^"]*)"/g)].map(
    ([, single, double]) =>
      single?.replaceAll(`'\\''`, "'") ?? double!.replace(/\$(\w+)/g, (_, name) => variables[name] ?? ''),
  )
  const [address = '', ...headers] = words
  return new Request(address, {
    headers: headers.map(header => header.split(/: (.*)/s).slice(0, 2) as [string, string]),
  })
}

it('makes the integration, prints the page, waits, and prints a curl that works', async () => {
  const env = { HUBSPOT_CLIENT_ID: 'client', HUBSPOT_CLIENT_SECRET: 'planted-secret' }
  const command = start(['hubspot', '--key', served.key, '--end-user', 'user-1'], env)
  const [link] = await command.said(/http\S+\/connect\/nango_connect_session_[0-9a-f]{64}/)
  expect(link.startsWith(`${served.url}/connect/`)).toBe(true)
  const made = (await served.must('GET /integrations/hubspot?include=credentials')).body.data
  expect(made).toMatchObject({
    provider: 'hubspot',
    credentials: { client_id: 'client', client_secret: 'planted-secret' },
  })
  await served.must('PATCH /integrations/hubspot', { integration_config: { base_url: served.provider } })
  // Somebody else connects meanwhile: that is not the account that is waited for.
  await connectAs('user-2', 'another')
  await connectAs('user-1', "ada's account")
  expect(await command.ended).toBe(0)
  const out = command.out()
  expect(out).toContain("Connected: ada's account")
  expect(out + command.err()).not.toContain('planted-secret')
  const answer = await fetch(called(/^curl .*$/m.exec(out)![0]))
  expect([answer.status, ((await answer.json()) as { data: unknown[] }).data.length > 0]).toEqual([200, true])
})

it('uses the key of the environment, and does not print it', async () => {
  const command = start(['hubspot', '--end-user', 'user-3'], { KOINE_SECRET_KEY: served.key })
  await command.said(/\/connect\/nango_connect_session_/)
  await connectAs('user-3', 'three')
  expect(await command.ended).toBe(0)
  expect(command.out()).not.toContain(served.key)
  const curl = /^curl .*$/m.exec(command.out())![0]
  expect((await fetch(called(curl, { KOINE_SECRET_KEY: served.key }))).status).toBe(200)
})

it('does not take a connection that was there before for the new one', async () => {
  const command = start(['hubspot', '--key', served.key, '--end-user', 'user-1'])
  await command.said(/Waiting for the connection/)
  await connectAs('user-1', 'a-second-account')
  expect(await command.ended).toBe(0)
  expect(command.out()).toContain('Connected: a-second-account')
})

it.concurrent.for<[string, string[], number, RegExp]>([
  ['without an integration', [], 2, /Name one integration/],
  ['without a key', ['hubspot'], 2, /No key/],
  ['with half a client', ['crm', '--key', 'k', '--client-id', 'x'], 2, /both, an id and a secret/],
  ['with a wrong key', ['hubspot', '--key', 'koine_wrong'], 1, /401 unauthenticated/],
  ['for a provider that there is not', ['nothing', '--key', '@'], 1, /no provider "nothing"/],
  ['where an OAuth client is needed', ['zoho', '--provider', 'zoho-crm', '--key', '@'], 1, /ZOHO_CRM_CLIENT_ID/],
])('says what is wrong %s', async ([, args, code, why], { expect }) => {
  const command = start(args.map(arg => (arg === '@' ? served.key : arg)))
  expect(await command.ended).toBe(code)
  expect(command.err()).toMatch(why)
})

it.concurrent('says where no gateway answers', async ({ expect }) => {
  const { code, err } = await koineProcess(['connect', 'hubspot', '--key', 'k', '--host', 'http://127.0.0.1:1'])
  expect([code, err]).toEqual([1, expect.stringContaining('No gateway answers at http://127.0.0.1:1')])
})
