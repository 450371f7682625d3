import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Counts how often it ran; needs no connection.',
  auth: 'none',
  input: z.object({ name: z.string() }),
  output: z.number(),
  exec: (_, { name }) => {
    ran[name] = (ran[name] ?? 0) + 1
    return ran[name]
  },
})
const ran: Record<string, number> = {}
