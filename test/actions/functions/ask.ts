import { createAction, type ProxyConfiguration } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Sends a request and answers what came back.',
  input: z.custom<ProxyConfiguration>(),
  output: z.unknown(),
  exec: async (nango, config) => {
    const { status, headers, data } = await nango.proxy(config)
    return { status, type: headers['content-type'], data }
  },
})
