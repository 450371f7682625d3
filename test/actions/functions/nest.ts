import { createAction } from 'nango'
import { z } from 'zod'

export default createAction({
  description: 'Answers lists within each other, that many levels.',
  input: z.int(),
  output: z.unknown(),
  exec: (_, levels) => {
    let list: unknown[] = []
    for (let level = 1; level < levels; level++) list = [list]
    return list
  },
})
