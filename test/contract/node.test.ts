import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type EntryPoint, settings } from './entry-point.ts'
import { contract } from './index.ts'
import { openNode } from './node.ts'
import { startUpstream } from './upstream.ts'

let entryPoint: EntryPoint
const closing: (() => unknown)[] = []
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'koine-contract-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  const { upstream, close } = await startUpstream()
  closing.push(close)
  const gateway = await openNode(directory, settings)
  closing.push(gateway.close)
  entryPoint = { ...upstream, key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

contract('node', () => entryPoint)
