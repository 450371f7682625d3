import { expect, it } from 'vitest'
import { signatureHeaders } from '../../src/webhooks/signature.ts'

// Vectors of the Standard Webhooks specification's own library, and of a documented client, made apart from this code.
const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

it.each([
  [
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1614265330,
    '{"test": 2432232314}',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
  ['msg_1', 1700000000, '{"name":"Zoë"}', 'v1,2yi+HVwXf2dUaTBl3PszyTvP0qC/XQHQssqXBXGZ1lA='],
])('%s is signed as Standard Webhooks has it', async (id, timestamp, body, signature) => {
  expect(await signatureHeaders({ id, timestamp, body }, [KEY])).toMatchObject({
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  })
})

it('is signed as the documented action API has it', async () => {
  const headers = await signatureHeaders({ id: 'm', timestamp: 1, body: '{"name":"Zoë"}' }, [
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ])
  expect(headers['x-nango-hmac-sha256']).toBe('31521a9c511e5ac3633021196f2bc981f39a6e05655b0082e5e154a6c59ac465')
})

it('has a signature by each key while they are rotated, and that of the action API by the first', async () => {
  const signed = { id: 'msg_1', timestamp: 1700000000, body: '{"name":"Zoë"}' }
  const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const both = await signatureHeaders(signed, [KEY, other])
  expect(both['webhook-signature']?.split(' ')).toEqual([
    'v1,2yi+HVwXf2dUaTBl3PszyTvP0qC/XQHQssqXBXGZ1lA=',
    expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
  ])
  const alone = await signatureHeaders(signed, [KEY])
  expect(both['x-nango-hmac-sha256']).toBe(alone['x-nango-hmac-sha256'])
})
