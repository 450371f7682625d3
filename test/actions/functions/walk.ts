import { createAction, type ProxyConfiguration } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Walks through pages.',
  input: z.custom<ProxyConfiguration>(),
  output: z.array(z.array(z.unknown())),
  exec: async (nango, config) => {
    const pages: unknown[][] = []
    for await (const page of nango.paginate(config)) pages.push(page)
    return pages
  },
})
