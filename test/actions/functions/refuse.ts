import { ActionError, createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Fails on purpose, with what it was given.',
  input: z.object({
    payload: z.record(z.string(), z.unknown()).optional(),
    imported: z.boolean().optional(),
    size: z.int().optional(),
  }),
  output: z.void(),
  exec: (nango, { payload, imported, size }) => {
    if (size !== undefined) throw new nango.ActionError({ message: 'Too much.', text: 'x'.repeat(size) })
    throw imported ? new ActionError(payload) : new nango.ActionError(payload)
  },
})
