import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Has an input whose members may all be left out.',
  input: z.object({ size: z.number().optional() }),
  output: z.object({ size: z.number() }),
  exec: (_, { size }) => ({ size: size ?? 10 }),
})
