import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Forgets to wait, and throws where nobody can catch it.',
  input: z.void(),
  output: z.number(),
  exec: async nango => {
    void nango.get({ endpoint: '/no-such-page' })
    void (async () => {
      await nango.get({ endpoint: '/no-such-page' })
    })()
    setTimeout(() => {
      throw new Error('in a timer')
    })
    await nango.get({ endpoint: '/crm/v3/objects/contacts' })
    return 1
  },
})
