import { createAction } from 'nango'
import { z } from 'zod'

/** Does nothing, for a connection: what is left is what the trigger itself costs. */
export default createAction({
  description: 'Does nothing.',
  input: z.void(),
  output: z.null(),
  exec: () => null,
})
