import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Takes nothing and answers nothing.',
  input: z.void(),
  output: z.void(),
  exec: async () => {},
})
