import { expect, it } from 'vitest'
import type { Gateway } from '../../src/app.ts'
import { sendingOf } from '../../src/backends/provider-call.ts'
import type { Trace } from '../../src/backends/send.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'

const gateway = { config: { KOINE_PROVIDER_TIMEOUT: 30, KOINE_ANSWER_LIMIT: 1 }, carrier: {} } as unknown as Gateway
const connection = { integration: { unique_key: 'crm', provider: 'any' } } as never
const trace: Trace = { provider: 'any', exchanges: [] }
const timeoutOf = (provider: Partial<ProviderFile>) =>
  sendingOf(
    gateway,
    { connection, provider: provider as ProviderFile },
    trace,
    { environment: 'e', repeatable: true },
    { hosts: [], baseUrl: undefined },
    {},
  ).timeout

it('a call has the time that its provider is given, else the setting', () => {
  expect(timeoutOf({})).toBe(30_000)
  expect(timeoutOf({ timeout: 90 })).toBe(90_000)
})
