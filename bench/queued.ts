// What a long queue costs: `node bench/queued.ts <runs> <queues>` accepts so many runs and takes some of them, and prints
// what accepting and taking one took, and what the process holds in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSeal } from '../src/credentials/seal.ts'
import { makeRunId, openStore, queueOf } from '../src/store/index.ts'
import { migrate } from '../src/store/migrate.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { settings } from './gateway.ts'

/** What one process found out. Milliseconds of one run, MB. */
export interface Queued {
  readonly accept: number
  readonly take: number
  readonly memory: number
}

/** Runs that are taken. */
const TAKEN = 1_000

async function measure(runs: number, queues: number): Promise<Queued> {
  const directory = mkdtempSync(join(tmpdir(), 'koine-queued-'))
  const path = join(directory, 'koine.sqlite')
  migrate(path)
  const seal = createSeal(settings.KOINE_MASTER_KEY)
  const store = openStore({ driver: openSqlite(path), seal, now: Date.now, secretKey: settings.KOINE_SECRET_KEY })
  const { runQueue } = store
  const names = await Promise.all(Array.from({ length: queues }, (_, n) => queueOf('bench', `connection-${n}`)))
  const began = performance.now()
  for (let n = 0; n < runs; n++)
    await runQueue.add(
      {
        id: makeRunId(names[n % queues] ?? ''),
        environment: 'bench',
        connection: `connection-${n % queues}`,
        connection_id: `connection-${n % queues}`,
        integration: 'crm',
        provider: 'hubspot',
        kind: 'action',
        name: 'get-contact',
        max_retries: 0,
        repeatable: true,
        request_id: 'r',
        items: 0,
      },
      { environmentName: 'dev', input: { id: '1' }, key: 'k' },
    )
  const accept = (performance.now() - began) / runs
  const taking = performance.now()
  for (let n = 0; n < TAKEN; n++) {
    const run = await runQueue.head(names[n % queues] ?? '')
    if (!run) throw new Error('A queue is empty.')
    await runQueue.input(run)
    await runQueue.begin(run)
    await runQueue.end(run, { state: 'succeeded', result: { ok: true, value: { value: 1 } } })
  }
  const take = (performance.now() - taking) / TAKEN
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const memory = process.memoryUsage().heapUsed / 2 ** 20
  await store.close()
  rmSync(directory, { recursive: true, force: true })
  return { accept, take, memory }
}

if (import.meta.main) {
  const [runs = 1_000, queues = 1] = process.argv.slice(2).map(Number)
  console.log(JSON.stringify(await measure(runs, queues)))
}
