import { expect, test } from 'vitest'
import { listen, openProvider } from '../support/gateway.ts'

// evidence/specs/zoho-crm/fields.json#/components/schemas/fields
const fields = [
  { api_name: 'Last_Name', field_label: 'Last Name', data_type: 'text', custom_field: false, read_only: false },
  {
    api_name: 'Tier',
    field_label: 'Tier of service',
    data_type: 'picklist',
    custom_field: true,
    read_only: false,
    pick_list_values: [{ actual_value: 'gold', display_value: 'Gold', id: '1', type: 'used' }],
  },
  { api_name: 'Partner', field_label: 'Partner', data_type: 'lookup', custom_field: true, read_only: false },
  { api_name: 'Score', field_label: 'Score', data_type: 'formula', custom_field: true, read_only: true },
]

test('the custom fields of a module, with the path that reads them; none where the answer is empty', async () => {
  const asked: string[] = []
  const server = await listen(request => {
    const { pathname, searchParams } = new URL(request.url)
    asked.push(`${pathname} ${searchParams} ${request.headers.get('authorization')}`)
    return searchParams.get('module') === 'Contacts' ? Response.json({ fields }) : new Response(null, { status: 204 })
  })
  const gateway = await openProvider({
    provider: 'zoho-crm',
    address: server.url,
    credentials: { type: 'OAUTH2', access_token: 'token' },
    config: { api_domain: 'https://www.zohoapis.eu' },
    metadata: { field_mappings: { contacts: { 'custom_fields.partner_id': { at: 'Partner.id', clear: 'Partner' } } } },
  })
  const contacts = await gateway.call('GET /contacts/fields')
  const deals = await gateway.call('GET /deals/fields')
  await gateway.close()
  await server.close()
  expect(contacts.body.data.custom_fields).toEqual([
    {
      name: 'Tier',
      label: 'Tier of service',
      type: 'select',
      options: [{ value: 'gold', label: 'Gold' }],
      read_only: false,
      path: 'Tier',
      mapped_as: null,
    },
    {
      name: 'Partner',
      label: 'Partner',
      type: 'reference',
      read_only: false,
      path: 'Partner.id',
      mapped_as: 'custom_fields.partner_id',
    },
    { name: 'Score', label: 'Score', type: 'other', read_only: true, path: 'Score', mapped_as: null },
  ])
  expect([deals.status, deals.body.data.custom_fields]).toEqual([200, []])
  expect(asked).toEqual([
    '/crm/v8/settings/fields module=Contacts Zoho-oauthtoken token',
    '/crm/v8/settings/fields module=Deals Zoho-oauthtoken token',
  ])
})

test.each(['https://evil.example', 'https://www.zohoapis.com.evil.example', 'zohoapis.com'])(
  'the API domain %s is refused before anything is sent',
  async api_domain => {
    const server = await listen(() => Response.json({}))
    const opened = openProvider({
      provider: 'zoho-crm',
      address: server.url,
      credentials: { type: 'OAUTH2', access_token: 'token' },
      config: { api_domain },
    })
    await expect(opened).rejects.toThrow(/api_domain/)
    await server.close()
  },
)
