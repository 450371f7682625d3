import type { Deliverer } from '../webhooks/index.ts'

/** Milliseconds that deliveries under way are given when the process ends; what is cut off is made again by the next. */
const LEFT_MS = 5_000

/** Delivers webhooks for as long as the process runs. */
export function deliverWebhooks(deliverer: Deliverer): { stop(): Promise<void> } {
  const [stop, cut] = [new AbortController(), new AbortController()]
  const ended = deliverer.deliver({ stays: true, stop: stop.signal, cut: cut.signal })
  return {
    async stop() {
      stop.abort()
      const timer = setTimeout(() => cut.abort(), LEFT_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
