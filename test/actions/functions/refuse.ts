import { ActionError, createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Fails on purpose, with what it was given.',
  input: z.object({ payload: z.record(z.string(), z.unknown()).optional(), imported: z.boolean().optional() }),
  output: z.void(),
  exec: (nango, { payload, imported }) => {
    throw imported ? new ActionError(payload) : new nango.ActionError(payload)
  },
})
