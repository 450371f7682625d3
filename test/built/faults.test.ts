import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SandboxServer, startSandbox } from '../../sandbox/server.ts'
import { type Caller, callerOf } from '../contract/caller.ts'
import { type EntryPoint, settings } from '../contract/entry-point.ts'
import { cases, limits } from '../faults/cases.ts'
import { type Cell, runMatrix } from '../faults/matrix.ts'
import { startBundle } from './bundle.ts'

/** Every request of the Worker goes through this process, so fewer go at once than on Node. */
const AT_ONCE = 12

/**
 * For time's sake not every cell: lists at every provider, since each pages in its own way, and the other verbs at
 * HubSpot. No bomb: the `fetch` that sends the Worker's requests decompresses it whole, before the Worker could stop reading.
 */
const chosen = ({ fault, verb, provider }: Pick<Cell, 'fault' | 'verb' | 'provider'>): boolean =>
  fault !== 'gzip-bomb' && (verb === 'list' || provider === 'hubspot')

let sandbox: SandboxServer
let bundle: Awaited<ReturnType<typeof startBundle>>
let caller: Caller
let cells: Cell[]
beforeAll(async () => {
  sandbox = await startSandbox()
  bundle = await startBundle({ ...settings, ...limits })
  caller = callerOf(() => ({ key: settings.KOINE_SECRET_KEY, fetch: bundle.fetch }) as EntryPoint)
  cells = await runMatrix(caller, sandbox.url, AT_ONCE, chosen)
}, 120_000)
afterAll(async () => {
  await bundle.close()
  await sandbox.close()
})

cases(
  'bundle',
  () => cells,
  () => caller,
)

it('nobody follows a redirection', () => {
  expect(sandbox.requests.filter(({ provider }) => provider === 'elsewhere')).toEqual([])
})
