import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { actions } from './actions.ts'
import { batches } from './batches.ts'
import { bodies } from './bodies.ts'
import { type Caller, callerOf } from './caller.ts'
import type { EntryPoint } from './entry-point.ts'
import { health } from './health.ts'
import { paging } from './paging.ts'
import { passedOn } from './passed-on.ts'
import { problems } from './problems.ts'
import { records } from './records.ts'
import { runs } from './runs.ts'
import { sessions } from './sessions.ts'
import { surfaces } from './surfaces.ts'
import { tenants } from './tenants.ts'

/** A subject of the contract: registers its cases. */
export type Subject = (caller: Caller) => void

/**
 * What the gateway promises, whichever way it runs. The same cases are registered for every entry point, and the number of
 * those that ran is printed at the end.
 */
export function contract(where: 'node' | 'workerd' | 'bundle', entryPoint: () => EntryPoint): void {
  describe('contract', () => {
    const caller = callerOf(entryPoint)
    let cases = 0
    beforeAll(async () => {
      await caller.connect('people', caller.entryPoint.sandbox)
      await caller.connect('scratch', caller.entryPoint.scratch)
    })
    afterEach(() => {
      cases++
    })
    afterAll(() => {
      console.log(`contract: ${cases} cases (${where})`)
    })
    for (const subject of [
      health,
      surfaces,
      bodies,
      records,
      paging,
      problems,
      tenants,
      sessions,
      actions,
      runs,
      batches,
      passedOn,
    ])
      subject(caller)
  })
}
