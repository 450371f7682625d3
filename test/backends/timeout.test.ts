import { expect, it } from 'vitest'
import { accountOf } from '../../src/backends/account.ts'
import type { BackendServices, CallContext } from '../../src/backends/index.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'

const services = { config: { KOINE_PROVIDER_TIMEOUT: 30 } } as BackendServices
const connection = { integration: { unique_key: 'crm', provider: 'any' } }
const timeoutOf = (provider: Partial<ProviderFile>) =>
  accountOf(services, { environment: 'e', connection, provider } as CallContext).timeout

it('a call has the time that its provider is given, else the setting', () => {
  expect(timeoutOf({})).toBe(30_000)
  expect(timeoutOf({ timeout: 90 })).toBe(90_000)
})
