import { setTimeout as sleep } from 'node:timers/promises'
import { createAction, type ProxyConfiguration } from 'nango'
import { z } from 'zod'

interface Step {
  readonly ask: ProxyConfiguration
  /** Does not wait for it. */
  readonly forget?: boolean
  /** Milliseconds of a pause before it. */
  readonly after?: number
}

export default createAction({
  description: 'Sends one request after the other, and forgets to wait for some.',
  input: z.array(z.custom<Step>()),
  output: z.number(),
  timeout: 1,
  exec: async (nango, steps) => {
    for (const { ask, forget, after } of steps) {
      if (after !== undefined) await sleep(after)
      const asked = nango.proxy(ask)
      if (!forget) await asked
    }
    return steps.length
  },
})
