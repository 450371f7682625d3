// What a customer configures and what a provider answers comes to the next request as a value too.
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { tokenize } from '../../sandbox/salesforce/soql/tokens.ts'
import { names, type Provider, providers } from '../fuzz/world.ts'
import { openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Capture, startCapture } from './capture.ts'
import { isPlain, partsOf } from './outgoing.ts'
import { nasty, RUNS, SEED } from './texts.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Answering = (request: Request) => Response | Promise<Response>
async function open(
  provider: Provider,
  answer: Answering = providers[provider].create().app.fetch as Answering,
): Promise<{ capture: Capture; gateway: ProviderGateway }> {
  const capture = await startCapture(answer)
  closing.push(capture.close)
  const credentials = { type: 'OAUTH2', access_token: providers[provider].token }
  const gateway = await openProvider({ provider, address: capture.url, credentials })
  closing.push(gateway.close)
  return { capture, gateway }
}
const check = (act: (text: string) => Promise<void>) =>
  fc.assert(fc.asyncProperty(nasty, act), { seed: SEED, numRuns: RUNS * 2 })

describe.each(names)('field_mappings of %s', provider => {
  const rows = (text: string): Record<string, unknown>[] => [
    { 'custom_fields.x': text },
    { 'custom_fields.x': `properties.${text}` },
    { 'custom_fields.x': `a.${text}.b` },
    { 'custom_fields.x': { read: text, write: text } },
    { 'custom_fields.x': { at: 'Tier__c', as: text } },
    { [`custom_fields.${text}`]: 'Tier__c' },
    { [text]: 'Tier__c' },
  ]

  it('are refused when they are saved, or ask for names alone', async () => {
    const { capture, gateway } = await open(provider)
    let accepted = 0
    await check(async text => {
      for (const contacts of rows(text)) {
        const saved = await gateway.call('POST /connections/metadata', {
          connection_id: 'test',
          provider_config_key: provider,
          metadata: { field_mappings: { contacts } },
        })
        expect([201, 422], JSON.stringify(saved.body)).toContain(saved.status)
        capture.taken()
        if (saved.status !== 201) continue
        accepted++
        const [name = ''] = Object.keys(contacts).map(field => field.replace('custom_fields.', ''))
        await gateway.call('GET /contacts?limit=1')
        await gateway.call('POST /contacts', { last_name: 'x', name: 'x', custom_fields: { [name]: 'y' } })
        for (const request of capture.taken()) {
          expect(isPlain(request), request.target).toBe(true)
          for (const [parameter, value] of new URLSearchParams(request.target.split('?')[1])) {
            if (parameter === 'properties') expect(value).toMatch(/^[\w@$-]+(,[\w@$-]+)*$/)
            if (parameter !== 'q') continue
            // What is asked for is names; a name that is a word of SOQL is refused by the provider.
            expect(value).toMatch(
              /^SELECT [\w@$-]+([,.][\w@$-]+)* FROM Contact( WHERE Id = '\w+'| ORDER BY Id ASC) LIMIT 1$/,
            )
          }
        }
      }
    })
    expect(accepted).toBeGreaterThan(0)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('what a provider answers', () => {
  const next = async ({ capture, gateway }: Awaited<ReturnType<typeof open>>, query: string) => {
    const first = await gateway.call(`GET /contacts?${query}`)
    expect(first.body.next_cursor, JSON.stringify(first.body)).toEqual(expect.any(String))
    capture.taken()
    await gateway.call(`GET /contacts?cursor=${first.body.next_cursor}`)
    const [sent] = capture.taken()
    expect(isPlain(sent!)).toBe(true)
    return partsOf(sent!)
  }

  it('as a cursor goes back as it came, as one value', async () => {
    let after = ''
    const hubspot = await open('hubspot', () =>
      Response.json({ results: [{ id: '1', properties: {} }], paging: { next: { after } } }),
    )
    const pipedrive = await open('pipedrive', () =>
      Response.json({ success: true, data: [{ id: 1 }], additional_data: { next_cursor: after } }),
    )
    await check(async text => {
      after = text
      const names = ['limit', 'after', 'properties']
      const { query } = await next(hubspot, 'limit=1')
      expect([query.map(([name]) => name), new Map(query).get('after')]).toEqual([names, text])
      const other = await next(pipedrive, 'limit=1')
      expect(Object.fromEntries(other.query)).toEqual({ limit: '1', cursor: text })
    })
  })

  it('as a last record goes into the next query as a string or a time, and as nothing else', async () => {
    let last = { Id: '', LastName: '', CreatedDate: '' }
    const salesforce = await open('salesforce', () =>
      Response.json({ records: [last, last], totalSize: 2, done: true }),
    )
    const kinds = async (sort: string) => {
      const first = await salesforce.gateway.call(`GET /contacts?limit=2&sort[by]=${sort}`)
      salesforce.capture.taken()
      const second = await salesforce.gateway.call(`GET /contacts?cursor=${first.body.next_cursor}`)
      const [sent] = salesforce.capture.taken()
      if (!sent) return second.body.code
      const tokens = tokenize(new URLSearchParams(sent.target.split('?')[1]).get('q')!)
      const texts = tokens.flatMap(token => (token.kind === 'string' ? [token.text] : []))
      return { shape: tokens.map(token => (token.kind === 'string' ? "''" : token.source)).join(' '), texts }
    }
    last = { Id: 'a', LastName: 'b', CreatedDate: '2025-01-01T00:00:00.000+0000' }
    const [byName, byTime] = [await kinds('last_name'), await kinds('created_at')]
    await check(async text => {
      last = { Id: text, LastName: text, CreatedDate: '2025-01-01T00:00:00.000+0000' }
      expect(await kinds('last_name')).toEqual({ shape: byName.shape, texts: [text, text, text] })
      expect(await kinds('created_at')).toEqual({ shape: byTime.shape, texts: [text] })
      last = { ...last, CreatedDate: text }
      expect(await kinds('created_at')).toBe('bad-cursor')
    })
  })
})

describe.each(names)('credentials of %s', provider => {
  it('never become another header: what no header may hold is not sent', async () => {
    const { capture, gateway } = await open(provider)
    for (const access_token of ['a\r\nX-Injected: 1', 'a\nb', 'tök', 'a\u0000b', '\u2028', '\ud800', 'a\u007fb'])
      for (const [i, credentials] of [
        { type: 'OAUTH2', access_token },
        { type: 'API_KEY', apiKey: access_token },
      ].entries()) {
        const connection_id = `broken-${i}-${encodeURIComponent(access_token.toWellFormed()).replaceAll('%', '_')}`
        const made = await gateway.call('POST /connections?verify=false', {
          provider_config_key: provider,
          connection_id,
          credentials,
        })
        if (made.status === 422) continue
        const { status, body } = await gateway.call('GET /contacts', undefined, { 'connection-id': connection_id })
        expect([status, body.code]).toEqual([424, 'connection-needs-reconnect'])
        expect(JSON.stringify(body)).not.toContain('Injected')
      }
    expect(capture.taken()).toEqual([])
  })
})
