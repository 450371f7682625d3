import { afterAll, beforeAll } from 'vitest'
import { clientCases, type Served } from '../actions/client.ts'
import { settings } from '../contract/entry-point.ts'
import { startUpstream } from '../contract/upstream.ts'
import { startBundle } from './bundle.ts'

let served: Served
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  const { upstream, close } = await startUpstream()
  closing.push(close)
  const bundle = await startBundle(settings)
  closing.push(bundle.close)
  served = { gateway: bundle.url, key: settings.KOINE_SECRET_KEY, provider: upstream.scratch }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

clientCases('against the built Worker', () => served)
