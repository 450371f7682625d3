import { expect, it } from 'vitest'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { directory, run } from './process.ts'

const key = settings.KOINE_SECRET_KEY
/** What was said, and must never be written: the key, a customer's token, a person's name, address and id. */
const secrets = [
  key,
  'sandbox-hubspot-token',
  'revoked-token',
  'planted',
  'people.example',
  'Noether',
  '1001',
  'Bearer',
]

it('writes one line of JSON a request on standard output, with nothing that was said', async () => {
  const { path, remove } = await directory()
  const { upstream, close } = await startUpstream()
  const gateway = run('src/node.ts', { ...settings, KOINE_DATA: path, PORT: '0' })
  try {
    const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
    const { call, connect } = callerOf(() => ({
      ...upstream,
      key,
      fetch: (at, init) => fetch(url + at, init),
    }))
    await connect('people', upstream.sandbox)
    await connect('signed-out', upstream.sandbox, { token: 'revoked-token' })
    const before = gateway.out().trim().split('\n').length
    const connection = 'people'
    const body = { last_name: 'Noether', emails: [{ email: 'planted@people.example' }] }
    const requests: [string, object, number, object][] = [
      ['GET /health', {}, 200, { method: 'GET', route: '/health' }],
      [
        'GET /contacts/1001?fields=name',
        { connection },
        200,
        { route: '/contacts/:id', provider: 'hubspot', provider_calls: 1 },
      ],
      ['GET /contacts?filter[email]=planted@people.example', { connection }, 200, { route: '/contacts' }],
      ['POST /contacts', { connection, body }, 201, { method: 'POST', route: '/contacts', provider_calls: 2 }],
      ['POST /contacts', { connection, body: '{"planted": ' }, 400, { code: 'malformed-json', source: 'caller' }],
      [
        'GET /contacts/1001',
        { connection: 'signed-out' },
        424,
        { code: 'connection-needs-reconnect', upstream_status: 401 },
      ],
      ['GET /contacts/1001', { connection, key: 'planted-key' }, 401, { code: 'unauthenticated' }],
      ['GET /planted/people.example', {}, 404, { code: 'not-found' }],
    ]
    const ids: string[] = []
    for (const [request, sending, status] of requests) {
      const answer = await call(request, sending)
      expect([request, answer.status]).toEqual([request, status])
      ids.push(answer.headers.get('x-request-id')!)
    }
    // As from a keyboard: a supervisor's signal is announced for some seconds first, which test/node/drain.test.ts looks at.
    gateway.child.kill('SIGINT')
    expect(await gateway.ended).toBe(0)
    const lines = gateway.out().trim().split('\n').slice(before)
    const entries = lines.map(line => JSON.parse(line))
    expect(entries).toHaveLength(requests.length)
    expect(entries).toEqual(
      requests.map(([, , status, more], i) =>
        expect.objectContaining({ level: 'info', request_id: ids[i], status, ms: expect.any(Number), ...more }),
      ),
    )
    for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret)
    expect(gateway.err()).toBe('')
  } finally {
    gateway.child.kill('SIGKILL')
    await close()
    await remove()
  }
})
