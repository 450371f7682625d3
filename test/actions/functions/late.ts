import { setTimeout as sleep } from 'node:timers/promises'
import { createAction } from 'nango'
import { z } from 'zod'

/** What each call that came too late was told, by the name of the call. */
export const told: Record<string, string> = {}

export default createAction({
  description: 'Goes on after its time is up, and tries everything that it is given.',
  input: z.void(),
  output: z.unknown(),
  timeout: 0.1,
  exec: async nango => {
    await sleep(200)
    const calls = {
      post: () => nango.post({ endpoint: '/echo' }),
      setMetadata: () => nango.setMetadata({ late: true }),
      updateMetadata: () => nango.updateMetadata({ late: true }),
      triggerAction: () => nango.triggerAction(nango.providerConfigKey, nango.connectionId, 'notice'),
      getToken: () => nango.getToken(),
    }
    for (const [name, call] of Object.entries(calls))
      told[name] = await call().then(
        () => 'done',
        (error: Error) => error.message,
      )
  },
})
