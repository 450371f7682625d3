import { afterAll, beforeAll } from 'vitest'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { contract } from '../contract/index.ts'
import { startUpstream } from '../contract/upstream.ts'
import { startBundle } from './bundle.ts'

let entryPoint: EntryPoint
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  const { upstream, close } = await startUpstream()
  closing.push(close)
  const bundle = await startBundle(settings)
  closing.push(bundle.close)
  entryPoint = { ...upstream, key: settings.KOINE_SECRET_KEY, fetch: bundle.fetch }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

contract('bundle', () => entryPoint)
