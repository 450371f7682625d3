import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Triggers itself on one connection after another, and counts.',
  input: z.array(z.string()),
  output: z.number(),
  exec: async (nango, [next, ...rest]) =>
    next === undefined ? 1 : 1 + (await nango.triggerAction<number>(nango.providerConfigKey, next, 'descend', rest)),
})
