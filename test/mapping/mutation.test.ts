import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { CATCHERS } from '../../bin/check/mistakes/catch.ts'
import { openPlanter } from '../../bin/check/mistakes/cores.ts'
import { type Caught, tableOf } from '../../bin/check/mistakes/run.ts'
import { providersIn } from '../../src/mapping/check/folder.ts'

const mappings = fileURLToPath(new URL('../../mappings', import.meta.url))
/** Milliseconds that one provider may take, also where the cores have other work. */
const TIMEOUT = 120_000

const caught: Caught[] = []
const since = performance.now()
// Of one thread a core: each provider is split among them, so that none has to wait for the largest.
const planter = openPlanter()
afterAll(async () => {
  await planter.close()
  console.table(tableOf(caught), [...CATCHERS])
  console.log(`${caught.length} mistakes planted in ${((performance.now() - since) / 1000).toFixed(1)} s`)
})

test.each(providersIn(mappings))(
  '%s: every mistake is caught',
  async id => {
    const own = await planter.plant(mappings, id)
    caught.push(...own)
    expect(own.filter(({ by }) => by === 'nothing').map(({ kind, at }) => `${kind}: ${at}`)).toEqual([])
    // Only a fixture knows what a provider's failure means; not every provider has a row for one.
    const failures = own.filter(({ kind }) => kind === 'wrong failure row')
    expect(failures.length === 0 || failures.some(({ by }) => by === 'fixtures')).toBe(true)
  },
  TIMEOUT,
)
