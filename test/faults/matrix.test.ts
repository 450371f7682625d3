import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../sandbox/server.ts'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/door.ts'
import { openNode } from '../contract/node.ts'
import { outcomeOf, runMatrix, table } from './matrix.ts'

let sandbox: SandboxServer
let gateway: Awaited<ReturnType<typeof openNode>>
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'koine-faults-'))
  sandbox = await startSandbox()
  gateway = await openNode(directory, { ...settings, KOINE_PROVIDER_TIMEOUT: '1' })
})
afterAll(async () => {
  await gateway.close()
  await sandbox.close()
  await rm(directory, { recursive: true, force: true })
})
it('x', async () => {
  const caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }) as never)
  const started = performance.now()
  const cells = await runMatrix(caller, sandbox.url, 32)
  console.log(table(cells))
  console.log(performance.now() - started, Math.max(...cells.map(c => c.ms)))
  for (const c of cells.filter(c => c.ms > 1100)) console.log(c.fault, c.verb, c.provider, c.ms, outcomeOf(c))
  for (const c of cells.filter(c => c.answer.status >= 500 && c.answer.body.code === 'internal')) console.log(c.fault, c.verb, c.provider)
}, 100_000)
