import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Triggers another action.',
  input: z.object({
    integration: z.string().optional(),
    connection: z.string().optional(),
    name: z.string(),
    input: z.unknown().optional(),
  }),
  output: z.object({ answered: z.unknown().optional() }),
  exec: async (nango, { integration = nango.providerConfigKey, connection = nango.connectionId, name, input }) => ({
    answered: await nango.triggerAction(integration, connection, name, input),
  }),
})
