import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Checks its input by itself.',
  input: z.unknown(),
  output: z.object({ size: z.number() }),
  exec: async (nango, input) => {
    const { data } = await nango.zodValidateInput({ zodSchema: z.object({ size: z.coerce.number().max(9) }), input })
    return data
  },
})
