import { expect, test } from 'vitest'
import { listen, openProvider } from '../support/gateway.ts'

const TIER = 'cf_v6S011I6MqcbVvB2FA5Nk8dr5MkL8sWuCiG8cUleO9c'
const SINCE = 'cf_8wtBWsdRU2Fur7GDnEeXQ7ra2Vu7R4hG1SNYdiEhh0F'

// developer.close.com/api/resources/custom-fields: a list with `has_more`, of fields with an id, a name and a type.
const fields = [
  { id: TIER, name: 'Tier', type: 'choices', choices: ['gold', 'silver'], accepts_multiple_values: false },
  { id: SINCE, name: 'Customer since', type: 'date' },
]

test('the custom fields of each object, page by page, with the path that reads them', async () => {
  const asked: string[] = []
  const server = await listen(request => {
    const { pathname, searchParams } = new URL(request.url)
    asked.push(`${pathname} ${searchParams}`)
    const from = Number(searchParams.get('_skip'))
    return Response.json({ data: fields.slice(from, from + 1), has_more: from === 0 })
  })
  const gateway = await openProvider({
    provider: 'close',
    address: server.url,
    credentials: { type: 'BASIC', username: 'api_key', password: '' },
    metadata: { field_mappings: { companies: { 'custom_fields.tier': `'custom.${TIER}'` } } },
  })
  const { body } = await gateway.call('GET /companies/fields')
  await gateway.call('GET /deals/fields')
  await gateway.close()
  await server.close()
  expect(body.data.custom_fields).toEqual([
    {
      name: TIER,
      label: 'Tier',
      type: 'select',
      options: [
        { value: 'gold', label: 'gold' },
        { value: 'silver', label: 'silver' },
      ],
      read_only: false,
      path: `'custom.${TIER}'`,
      mapped_as: 'custom_fields.tier',
    },
    {
      name: SINCE,
      label: 'Customer since',
      type: 'date',
      read_only: false,
      path: `'custom.${SINCE}'`,
      mapped_as: null,
    },
  ])
  expect(asked).toEqual([
    '/api/v1/custom_field/lead/ _limit=100&_skip=0',
    '/api/v1/custom_field/lead/ _limit=100&_skip=1',
    '/api/v1/custom_field/opportunity/ _limit=100&_skip=0',
    '/api/v1/custom_field/opportunity/ _limit=100&_skip=1',
  ])
})
