import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Runs without a connection.',
  auth: 'none',
  input: z.object({ ask: z.boolean() }),
  output: z.unknown(),
  exec: async (nango, { ask }) =>
    ask
      ? (await nango.get({ endpoint: '/echo' })).data
      : { connection: nango.connectionId, key: nango.providerConfigKey },
})
