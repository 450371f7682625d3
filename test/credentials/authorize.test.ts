import { expect, it } from 'vitest'
import { authorize } from '../../src/credentials/authorize.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'
import type { OpenedConnection } from '../../src/store/index.ts'

const provider: ProviderFile = {
  name: 'Acme',
  source: 'invented',
  base: 'https://api.acme.example',
  hosts: ['api.acme.example'],
  auth: { basic: {} },
}
const signed = (username: string, password: string) => {
  const connection: OpenedConnection = {
    id: 1,
    uuid: 'u',
    connection_id: 'c',
    integration: { unique_key: 'acme', provider: 'acme', config: {}, backend: { type: 'direct' } },
    credentials: { type: 'BASIC', username, password },
    config: {},
    metadata: null,
    version: '1',
  }
  const outcome = authorize(provider, connection)
  return outcome.ok ? outcome.value.authorization : outcome.failure.code
}

it('signs with a name and a password in UTF-8', () => {
  // RFC 7617, sections 2 and 2.1.
  expect(signed('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
  expect(signed('test', '123£')).toBe('Basic dGVzdDoxMjPCow==')
})

it('signs with a password of any length', () => {
  expect(signed('a', 'b'.repeat(1_000_000))).toHaveLength('Basic '.length + 4 * Math.ceil(1_000_002 / 3))
})
