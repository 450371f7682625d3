import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Answers a text of that many bytes.',
  input: z.int(),
  output: z.string(),
  exec: (_, size) => 'x'.repeat(size),
})
