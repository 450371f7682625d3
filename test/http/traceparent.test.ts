import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { spanOf, traceOf } from '../../src/http/traceparent.ts'
import { type BackendGateway, openGateway } from '../backends/gateway.ts'
import { listen } from '../support/gateway.ts'
import { type NangoServer, startNango } from '../support/nango-server.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const given = `00-${TRACE}-${PARENT}-01`
const KEY = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

describe('a traceparent', () => {
  it('gets a span of ours', () => {
    const [version, trace, span, flags] = spanOf(given)?.split('-') ?? []
    expect([version, trace, flags]).toEqual(['00', TRACE, '01'])
    expect(span).toMatch(/^[0-9a-f]{16}$/)
    expect(span).not.toBe(PARENT)
    expect(spanOf(given)).not.toBe(spanOf(given))
    expect(spanOf(`cc-${TRACE}-${PARENT}-03-more`)).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
  })

  it.each([
    undefined,
    '',
    'planted',
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}`,
  ])('that is none stays out: %s', header => {
    expect(spanOf(header)).toBeUndefined()
    expect(traceOf(header)).toBeUndefined()
  })
})

describe('the trace of a call', () => {
  const came: (string | undefined)[] = []
  let provider: Awaited<ReturnType<typeof listen>>
  let nango: NangoServer
  let gateway: BackendGateway
  beforeAll(async () => {
    const app = new Hono()
    app.use(async (c, next) => {
      came.push(c.req.header('traceparent'))
      await next()
    })
    app.mount('/', createHubspot().app.fetch)
    provider = await listen(app.fetch)
    const connections = { 'customer-1': 'sandbox-hubspot-token' }
    nango = await startNango({
      key: KEY,
      integrations: { behind: { provider: 'hubspot', address: provider.url, connections } },
    })
    gateway = await openGateway()
    await gateway.integrate('behind', { type: 'nango', host: nango.url, api_key: KEY })
    await gateway.must('POST /integrations', {
      body: { provider: 'hubspot', unique_key: 'crm', integration_config: { base_url: provider.url } },
    })
    await gateway.must('POST /connections', {
      body: {
        provider_config_key: 'crm',
        connection_id: 'customer-1',
        credentials: { type: 'OAUTH2', access_token: 'sandbox-hubspot-token' },
      },
    })
  })
  afterAll(async () => {
    await gateway?.close()
    await nango?.close()
    await provider?.close()
  })
  beforeEach(() => {
    came.length = 0
    nango.came()
  })

  const requests: [string, object][] = [
    ['GET /contacts/1001', {}],
    ['POST /contacts', { body: { first_name: 'Ada' } }],
    ['POST /action/trigger', { body: { action_name: 'get-contact', input: { id: '1001' } } }],
    ['GET /proxy/crm/v3/objects/contacts/1001', {}],
  ]
  it.each(requests.flatMap(([request, more]) => ['crm', 'behind'].map(key => [request, key, more] as const)))(
    'goes out with every request of %s over %s',
    async (request, integration, more) => {
      const answer = await gateway.must(request, {
        ...more,
        integration,
        connection: 'customer-1',
        headers: { traceparent: given },
      })
      expect(came.length).toBeGreaterThan(0)
      expect(new Set(came).size).toBe(1)
      expect(came[0]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
      expect(came[0]).not.toBe(given)
      for (const { headers } of nango.came()) expect(headers.traceparent).toBe(came[0])
      const line = gateway
        .everything()
        .split('\n')
        .find(text => text.includes(answer.headers.get('x-request-id')!))
      expect(JSON.parse(line!)).toMatchObject({ trace_id: TRACE })
    },
  )

  it('does not go out where none came, or a bad one', async () => {
    for (const traceparent of [undefined, 'planted-header'])
      for (const [request, more] of requests)
        await gateway.must(request, {
          ...more,
          integration: 'crm',
          connection: 'customer-1',
          ...(traceparent !== undefined && { headers: { traceparent } }),
        })
    expect(new Set(came)).toEqual(new Set([undefined]))
    expect(gateway.everything()).not.toContain('planted-header')
  })
})
