import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Waits for an answer that does not come, longer than it may.',
  input: z.void(),
  output: z.unknown(),
  timeout: 0.3,
  exec: async nango => (await nango.get({ endpoint: '/silent' })).data,
})
