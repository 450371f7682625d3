import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../sandbox/server.ts'
import { type Caller, callerOf } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { openNode } from '../contract/node.ts'
import { cases, limits } from './cases.ts'
import { type Cell, runMatrix } from './matrix.ts'

/** Megabytes by which the process, gateway and sandbox and test, may grow meanwhile. */
const GROWTH = 500
const AT_ONCE = 48
const LOOK_MS = 50

let sandbox: SandboxServer
let gateway: Awaited<ReturnType<typeof openNode>>
let directory: string
let caller: Caller
let cells: Cell[]
let [before, most] = [0, 0]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'koine-faults-'))
  sandbox = await startSandbox()
  gateway = await openNode(directory, { ...settings, ...limits })
  caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: gateway.fetch }) as EntryPoint)
  before = process.memoryUsage.rss()
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, LOOK_MS)
  cells = await runMatrix(caller, sandbox.url, AT_ONCE)
  clearInterval(look)
}, 60_000)
afterAll(async () => {
  await sandbox.close()
  await rm(directory, { recursive: true, force: true })
})

cases(
  'node',
  () => cells,
  () => caller,
)

it('nobody follows a redirection', () => {
  expect(sandbox.requests.some(({ fault }) => fault === 'redirect')).toBe(true)
  expect(sandbox.requests.filter(({ provider }) => provider === 'elsewhere')).toEqual([])
})

it('memory stays bounded', () => {
  const grown = (most - before) / 1_048_576
  console.log(`faults (node): grew by ${Math.round(grown)} MB at most`)
  expect(grown).toBeLessThan(GROWTH)
})

it('nothing is left open', async () => {
  await gateway.close()
  await expect.poll(() => sandbox.sockets(), { timeout: 5_000 }).toBe(0)
})
