import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Throws.',
  input: z.enum(['error', 'type-error', 'text', 'bigint', 'getter', 'proxy']),
  output: z.unknown(),
  exec: async (_, how) => {
    if (how === 'error') throw new Error('The warehouse is closed.')
    if (how === 'text') throw 'a text'
    if (how === 'bigint') return 1n
    const fail = () => {
      throw new Error('not this one')
    }
    if (how === 'getter') throw Object.defineProperty({}, 'name', { get: fail })
    if (how === 'proxy') throw new Proxy({}, { get: fail, getPrototypeOf: fail })
    return (undefined as unknown as { name: string }).name
  },
})
