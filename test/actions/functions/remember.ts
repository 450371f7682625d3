import { createAction } from 'nango'
import { z } from 'zod'

const metadata = z.record(z.string(), z.unknown())

export default createAction({
  description: 'Sets and merges metadata, and reads it after each.',
  input: z.object({ set: metadata.optional(), update: metadata.optional() }),
  output: z.array(metadata),
  exec: async (nango, { set, update }) => {
    const seen: Record<string, unknown>[] = []
    if (set) await nango.setMetadata(set)
    seen.push(await nango.getMetadata())
    if (update) await nango.updateMetadata(update)
    seen.push(await nango.getMetadata())
    return seen
  },
})
