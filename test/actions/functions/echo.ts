import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Gives back what it was given.',
  input: z.unknown(),
  output: z.unknown(),
  exec: (_, input) => input,
})
