import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callerOf, problem } from './caller.ts'
import { type EntryPoint, settings } from './entry-point.ts'
import { openNode } from './node.ts'
import { privateHosts, production } from './private-hosts.ts'
import { startUpstream } from './upstream.ts'

const key = settings.KOINE_SECRET_KEY
let directory: string
let entryPoint: Pick<EntryPoint, 'fetch' | 'key'>
const closing: (() => unknown)[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'koine-private-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  const gateway = await openNode(directory, production)
  closing.push(gateway.close)
  entryPoint = { fetch: gateway.fetch, key }
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

privateHosts(() => entryPoint)

it('an address from a time when private hosts were allowed is not called any more', async () => {
  const { upstream, close } = await startUpstream()
  closing.push(close)
  const lenient = await openNode(directory, settings)
  closing.push(lenient.close)
  const before = callerOf(() => ({ ...upstream, key, fetch: lenient.fetch }))
  await before.connect('early', upstream.sandbox)
  expect((await before.call('GET /contacts/1001', { connection: 'early' })).status).toBe(200)
  const after = callerOf(() => ({ ...upstream, key, fetch: entryPoint.fetch }))
  const answer = await after.call('GET /contacts/1001', { connection: 'early' })
  expect(problem(answer, 502, 'provider-unreachable').detail).toContain('must be https')
})
