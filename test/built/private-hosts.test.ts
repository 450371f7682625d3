import { afterAll, beforeAll } from 'vitest'
import { privateHosts, production } from '../contract/private-hosts.ts'
import { startBundle } from './bundle.ts'

let bundle: Awaited<ReturnType<typeof startBundle>>
beforeAll(async () => {
  bundle = await startBundle(production)
})
afterAll(() => bundle?.close())

privateHosts(() => ({ key: production.KOINE_SECRET_KEY, fetch: bundle.fetch }))
