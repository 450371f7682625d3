import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'
import { directory } from '../node/process.ts'
import { listen } from '../support/gateway.ts'
import { koine, koineProcess } from './command.ts'

const TOKEN = 'planted-sandbox-token'
const hubspot = createHubspot({ token: TOKEN })
let data: Awaited<ReturnType<typeof directory>>
let provider: Awaited<ReturnType<typeof listen>>
let node: Awaited<ReturnType<typeof openNode>>
let env: Record<string, string>

beforeAll(async () => {
  data = await directory()
  provider = await listen(hubspot.app.fetch)
  node = await openNode(data.path, settings)
  env = { ...settings, KOINE_DATA: data.path }
  const caller = callerOf(() => ({
    sandbox: provider.url,
    scratch: provider.url,
    faults: '',
    closed: '',
    key: settings.KOINE_SECRET_KEY,
    fetch: node.fetch,
  }))
  await caller.connect('crm', provider.url, { token: TOKEN, connection: 'customer-1' })
  const { key } = await caller.tenant()
  await caller.connect('theirs', provider.url, { token: TOKEN, connection: 'customer-2', key })
})
afterAll(async () => {
  await node?.close()
  await provider?.close()
  await data?.remove()
})
const dryrun = (...args: string[]) => koineProcess(['dryrun', ...args], env)

describe('a dry run beside a running gateway', () => {
  it('shows each request and answer, and the output', async () => {
    const { code, out } = await dryrun('get-contact', 'customer-1', '--input', '{"id":"1001"}', '--validate')
    expect(code).toBe(0)
    expect(out).toMatch(/→ GET http:\/\/127\.0\.0\.1:\d+\/crm\/v3\/objects\/contacts\/1001\?properties=/)
    expect(out).toContain('  authorization: [redacted]')
    expect(out).toMatch(/← 200 \(\d+ ms\)/)
    expect(out).toContain('Input: it is what the action declares.')
    expect(out).toContain('Output: it is what the action declares.')
    expect(JSON.parse(out.split('\nOutput:\n')[1]!)).toMatchObject({ data: { id: '1001', first_name: 'Ada' } })
  })

  it('shows no credential, wherever it stands', async () => {
    const input = JSON.stringify({ first_name: TOKEN, title: `x ${TOKEN} y` })
    const { code, out, err } = await dryrun('create-contact', 'customer-1', '--integration-id', 'crm', '--input', input)
    expect(code).toBe(0)
    expect(out).toContain('"jobtitle": "x [redacted] y"')
    for (const secret of [TOKEN, settings.KOINE_SECRET_KEY, settings.KOINE_MASTER_KEY])
      expect(out + err).not.toContain(secret)
  })

  it('calls nothing with an input that is not valid', async () => {
    const { code, out } = await dryrun('get-contact', 'customer-1', '--input', '{"id":7}', '--validate')
    expect(code).toBe(1)
    expect(out).toContain('Input: it is not what the action declares.\n  /id: ')
    expect(out).not.toContain('→')
  })

  it('ends with the problem that a caller would get', async () => {
    const { code, out } = await dryrun('get-contact', 'customer-1', '--input', '{"id":"404404"}')
    expect([code, out]).toEqual([1, expect.stringContaining('"code": "record-not-found"')])
  })

  it('belongs to one environment', async () => {
    const unknown = await dryrun('list-contacts', 'customer-2')
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no such connection')])
    const theirs = await dryrun('list-contacts', 'customer-2', '-e', 'tenant-1', '--input', '{"limit":1}')
    expect(theirs.code).toBe(0)
    const nowhere = await dryrun('list-contacts', 'customer-2', '-e', 'dve')
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('did you mean "dev"?')])
  })

  it('leaves no entry in the log', async () => {
    const answer = await node.fetch('/logs?limit=100', {
      headers: { authorization: `Bearer ${settings.KOINE_SECRET_KEY}` },
    })
    expect(await answer.json()).toEqual({ data: [], next_cursor: null })
  })

  it('needs data, and an input that is JSON', async () => {
    const none = await koine(['dryrun', 'list-contacts', 'customer-1'])
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('--offline')])
    expect((await dryrun('list-contacts', 'customer-1', '--input', '{')).code).toBe(2)
  })
})

describe('a dry run offline', () => {
  const offline = (...args: string[]) => koine(['dryrun', ...args, '--offline', '--integration-id', 'hubspot'])
  it('is answered by the provider’s fixtures', async () => {
    const { code, out } = await offline('get-contact', 'anybody', '--input', '{"id":"20101"}', '--validate')
    expect(code).toBe(0)
    expect(out).toContain('→ GET https://api.hubapi.com/crm/v3/objects/contacts/20101')
    expect(JSON.parse(out.split('\nOutput:\n')[1]!)).toMatchObject({ data: { id: '20101' }, warnings: [] })
  })

  it('says what no fixture answers', async () => {
    const { code, err } = await offline('get-contact', 'anybody', '--input', '{"id":"1"}')
    expect(code).toBe(1)
    expect(err.match(/No fixture answers: GET \/crm\/v3\/objects\/contacts\/1\?properties=/g)).toHaveLength(1)
  })

  it('runs on a connection of the gateway where there is one, and calls nobody', async () => {
    const { code, out } = await dryrun('get-contact', 'customer-1', '--offline', '--input', '{"id":"20101"}')
    expect([code, out]).toEqual([0, expect.stringContaining('https://api.hubapi.com/')])
  })

  it('names the nearest action and provider', async () => {
    const action = await offline('get-contct', 'anybody', '--validate')
    expect([action.code, action.err]).toEqual([1, expect.stringContaining('did you mean "get-contact"?')])
    const provider = await koine(['dryrun', 'x', 'y', '--offline', '--integration-id', 'hubspt'])
    expect([provider.code, provider.err]).toEqual([1, expect.stringContaining('did you mean "hubspot"?')])
  })
})
