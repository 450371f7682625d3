import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Reads a file.',
  input: z.object({ endpoint: z.string(), retries: z.number().optional() }),
  output: z.object({ bytes: z.array(z.number()) }),
  exec: async (nango, { endpoint, retries = 0 }) => {
    const { data } = await nango.get<Uint8Array>({ endpoint, retries, responseType: 'arraybuffer' })
    return { bytes: [...data] }
  },
})
