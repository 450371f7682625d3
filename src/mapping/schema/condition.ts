import { z } from 'zod'

const scalar = z.union([z.string(), z.number(), z.boolean()])

/** A condition: path → value, list of values, or `"*"` for anything. */
export const condition = z.record(z.string(), z.union([scalar, z.null(), z.array(scalar).min(1)])).meta({
  id: 'Condition',
  description: 'Path → value, list of values, or `"*"` for anything; all must hold.',
  examples: [{ deleted: true }],
})
export type Condition = z.infer<typeof condition>
