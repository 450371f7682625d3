import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAction } from 'nango'
import { z } from 'zod'

const fail = () => {
  throw new Error('planted-in-a-message')
}
/** What throws where nobody can catch it. */
const mistakes = {
  timer: () => void setTimeout(fail),
  tick: () => process.nextTick(fail),
  microtask: () => queueMicrotask(fail),
  promise: () => void Promise.resolve().then(fail),
  text: () => void Promise.reject('planted-in-a-message'),
  event: () => void setTimeout(() => new EventEmitter().emit('error', new Error('planted-in-a-message'))),
  often: () => {
    for (let n = 0; n < 1000; n++) setTimeout(fail)
  },
}

export default createAction({
  description: 'Makes a mistake that nobody waits for, and answers a little later.',
  auth: 'none',
  input: z.enum(Object.keys(mistakes) as [keyof typeof mistakes]),
  output: z.string(),
  exec: async (_, how) => {
    mistakes[how]()
    await sleep(20)
    return how
  },
})
