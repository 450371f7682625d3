import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Throws.',
  input: z.enum(['error', 'type-error', 'text', 'bigint']),
  output: z.unknown(),
  exec: async (_, how) => {
    if (how === 'error') throw new Error('The warehouse is closed.')
    if (how === 'text') throw 'a text'
    if (how === 'bigint') return 1n
    return (undefined as unknown as { name: string }).name
  },
})
