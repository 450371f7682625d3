import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Doubles numbers.',
  version: '1.2.0',
  scopes: ['numbers.read'],
  input: z.strictObject({ numbers: z.array(z.object({ value: z.number() })), unit: z.string().default('m') }),
  output: z.object({ doubled: z.array(z.number()), unit: z.string() }),
  exec: async (_, { numbers, unit }) => ({ doubled: numbers.map(({ value }) => value * 2), unit }),
})
