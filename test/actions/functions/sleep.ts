import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Sleeps longer than it may, without asking anybody.',
  input: z.void(),
  output: z.void(),
  timeout: 0.1,
  exec: () => new Promise<void>(resolve => setTimeout(resolve, 1_000)),
})
