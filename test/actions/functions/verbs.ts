import { createAction } from 'nango'
import { z } from 'zod'

const verbs = ['get', 'post', 'put', 'patch', 'delete'] as const

export default createAction({
  description: 'Sends a request with each verb.',
  input: z.void(),
  output: z.array(z.unknown()),
  exec: async nango => {
    const answers: unknown[] = []
    for (const verb of verbs) {
      const data = verb === 'get' ? undefined : { by: verb }
      answers.push((await nango[verb]({ endpoint: '/echo', data })).data)
    }
    return answers
  },
})
