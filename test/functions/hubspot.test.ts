import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import { hubspot as deviations } from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { listen, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, startGate } from '../support/specification.ts'
import { failing } from './failing.ts'

const TOKEN = 'sandbox-hubspot-token'
const SPECS = ['crm-deals.v3.json', 'crm-contacts.v3.json', 'crm-companies.v3.json', 'associations.v4.json']
const sandbox = createHubspot({ token: TOKEN })
const provider = failing(request => sandbox.app.fetch(request))
const refused = (status: number, message: string) => () =>
  Response.json(
    { status: 'error', message, correlationId: crypto.randomUUID(), category: 'VALIDATION_ERROR' },
    { status },
  )

let server: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
let gateway: ProviderGateway
let contact = ''
let company = ''
const trigger = (input: unknown) =>
  gateway.call(
    'POST /action/trigger',
    { action_name: 'create-linked-deal', input },
    { 'provider-config-key': 'hubspot' },
  )
const dealsNamed = async (name: string) => gateway.walk(`/deals?filter[name]=${encodeURIComponent(name)}`)

beforeAll(async () => {
  const { handler } = provider
  const specs = () => SPECS.map(file => specification<object>('hubspot', file))
  server = hasEvidence ? await startGate({ specs: specs(), ...deviations, handler }) : await listen(handler)
  const credentials = { type: 'OAUTH2', access_token: TOKEN }
  gateway = await openProvider({ provider: 'hubspot', address: server.url, credentials })
  contact = (await gateway.call('GET /contacts?limit=1')).body.data[0].id
  company = (await gateway.call('GET /companies?limit=1')).body.data[0].id
}, 60_000)
afterAll(async () => {
  await gateway.close()
  await server.close()
})
beforeEach(() => {
  sandbox.reset()
  provider.reset()
  if (server.violations) server.violations.length = 0
})

const deal = () => ({
  name: 'Northern pier',
  stage_id: 'qualifiedtobuy',
  amount: 1_200.5,
  close_date: '2026-09-30',
  contact_id: contact,
  company_id: company,
})

test('a deal, linked to both', async () => {
  const { status, body } = await trigger(deal())
  expect([status, body]).toEqual([200, { id: expect.any(String), contact_id: contact, company_id: company }])
  expect(provider.came).toEqual([
    'POST /crm/v3/objects/deals',
    `PUT /crm/v4/objects/deals/${body.id}/associations/default/contacts/${contact}`,
    `PUT /crm/v4/objects/deals/${body.id}/associations/default/companies/${company}`,
  ])
  const { contact_id, company_id, ...rest } = deal()
  expect((await gateway.call(`GET /deals/${body.id}`)).body.data).toMatchObject({ ...rest, contact_id, company_id })
  expect(server.violations ?? []).toEqual([])
})

test('a first request that fails makes nothing, and keeps what HubSpot said', async () => {
  provider.fail(1, refused(400, 'No such stage.'))
  const { body } = await trigger(deal())
  expect(body).toMatchObject({ source: 'provider', upstream: { status: 400, body: { message: 'No such stage.' } } })
  expect(provider.came).toHaveLength(1)
})

test.each([
  [2, 'contact'],
  [3, 'company'],
])('when request %i fails, the deal is archived again', async (n, what) => {
  provider.fail(n, refused(400, 'No such record.'))
  const { status, body } = await trigger(deal())
  expect([status, body.code, body.error.payload]).toMatchObject([
    400,
    'action-failed',
    {
      message: expect.stringMatching(new RegExp(`^The deal could not be linked to the ${what} \\d+ \\(No such record`)),
      failed: `/${what}_id`,
      undone: true,
      upstream: { status: 400 },
    },
  ])
  expect(body.error.payload.done).toHaveLength(n - 1)
  expect(body.error.payload).not.toHaveProperty('deal_id')
  expect(provider.came.at(-1)).toMatch(/^DELETE \/crm\/v3\/objects\/deals\/\d+$/)
  expect(await dealsNamed('Northern pier')).toEqual([])
  expect(server.violations ?? []).toEqual([])
})

test('when HubSpot itself knows no such company, the deal is archived again', async () => {
  const { body } = await trigger({ ...deal(), company_id: '404404' })
  expect(body.error.payload).toMatchObject({ failed: '/company_id', undone: true, upstream: { status: 404 } })
  expect(await dealsNamed('Northern pier')).toEqual([])
})

test.each([2, 3])('when request %i fails and cannot be undone, the deal that is left is named', async n => {
  provider.fail(n, refused(400, 'No such record.'))
  provider.always(/^DELETE /, refused(403, 'Not yours.'))
  const { status, body } = await trigger(deal())
  provider.reset()
  const [left] = await dealsNamed('Northern pier')
  expect([status, body.error.payload]).toMatchObject([
    400,
    {
      undone: false,
      deal_id: left.id,
      message: expect.stringContaining(`The deal ${left.id} is left at HubSpot: archive it there.`),
    },
  ])
})

test('bad input is refused before anything is sent', async () => {
  const { status, body } = await trigger({ ...deal(), contact_id: '../companies', stage_id: undefined })
  expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
    400,
    ['/stage_id', '/contact_id'],
  ])
  expect(provider.came).toEqual([])
})
