import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Sends a form, written in either way.',
  input: z.boolean(),
  output: z.unknown(),
  exec: async (nango, declared) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const form = declared ? { data: { a: '1 & 2' }, headers } : { data: new URLSearchParams({ a: '1 & 2' }) }
    return (await nango.post({ endpoint: '/echo', ...form })).data
  },
})
