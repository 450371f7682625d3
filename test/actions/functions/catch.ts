import { createAction, type ProxyError } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Catches what the provider refuses.',
  input: z.string(),
  output: z.object({ status: z.number(), data: z.unknown(), message: z.string() }),
  exec: async (nango, endpoint) => {
    try {
      await nango.get({ endpoint })
      throw new Error('Nothing was refused.')
    } catch (error) {
      const { response, message } = error as ProxyError
      return { status: response.status, data: response.data, message }
    }
  },
})
