// The entry point at the edge: D1, fetch, static assets, Durable Objects, a cron.
import type { ExecutionContext } from 'hono'
import type { Bindings } from './edge/bindings.ts'
import { log, open } from './edge/open-gateway.ts'
import { isForSocket, openSocket } from './edge/sign-in-socket.ts'
import { deliverDue, webhookAlarm } from './edge/webhook-alarm.ts'
import { describe } from './problem/index.ts'

export { RatePacer } from './edge/rate-pacer.ts'
export { RunQueue } from './edge/run-queue.ts'
export { SignInSocket } from './edge/sign-in-socket.ts'
export { TokenRefresher } from './edge/token-refresher.ts'

/** Milliseconds that one run of the cron erases for; what is left is erased by the next. A Worker's cron may run for minutes. */
const PURGE_MS = 30_000

/** The Durable Object that sends webhooks which are due between requests. */
export const WebhookAlarm = webhookAlarm(open)

export default {
  async fetch(request: Request, bindings: Bindings, invocation: ExecutionContext): Promise<Response> {
    const gateway = open(bindings)
    if ('app' in gateway) {
      if (isForSocket(request)) return openSocket(bindings, request)
      const response = await gateway.app.fetch(request, bindings, invocation)
      invocation.waitUntil(gateway.store.logs.flush())
      if (gateway.deliverer.hasNew()) invocation.waitUntil(deliverDue(gateway, bindings.WEBHOOKS, log))
      return response
    }
    log({ level: 'error', configuration: gateway.faults })
    const body = describe(
      { code: 'unavailable', detail: 'The gateway is not configured; its log says what is missing.' },
      crypto.randomUUID(),
    )
    return new Response(JSON.stringify(body), {
      status: body.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    })
  },
  scheduled(_event: unknown, bindings: Bindings, invocation: ExecutionContext): void {
    const gateway = open(bindings)
    if (!('store' in gateway)) return
    invocation.waitUntil(gateway.store.purge(Date.now() + PURGE_MS))
    invocation.waitUntil(deliverDue(gateway, bindings.WEBHOOKS, log))
  },
}
