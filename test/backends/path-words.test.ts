import { expect, it } from 'vitest'
import { nameOf } from '../../src/backends/call-log.ts'

it.each([
  ['/crm/v3/objects/contacts/1001', '/crm/v3/objects/contacts/{…}'],
  ['/services/data/v64.0/sobjects/Contact/describe', '/services/data/v64.0/sobjects/Contact/describe'],
  ['/v1/organizationFields', '/v1/organizationFields'],
  ['/repos/lovelace/engine/issues/7', '/repos/{…}/{…}/issues/{…}'],
  ['/users/adalovelace', '/users/{…}'],
  ['/users/ada.lovelace/settings.json', '/users/{…}/settings.json'],
  ['/contacts/Ada', '/contacts/{…}'],
  ['/contacts/%41da', '/contacts/{…}'],
  ['/contacts/ada%2Flovelace', '/contacts/{…}'],
  ['/contacts/ада', '/contacts/{…}'],
  ['/', '/'],
])('the log keeps of %s what no person is told by: %s', (path, kept) => {
  expect(nameOf('GET', `https://api.example${path}?q=ada`)).toBe(`GET api.example${kept}`)
})
