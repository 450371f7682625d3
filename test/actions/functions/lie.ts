import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Answers something else than it declares.',
  input: z.void(),
  output: z.object({ items: z.array(z.object({ count: z.number() })) }),
  exec: () => ({ items: [{ count: 1 }, { count: 'two' as unknown as number }] }),
})
