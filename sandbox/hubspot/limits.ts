import type { MiddlewareHandler } from 'hono'

/** As recorded: 110 requests in any 10 seconds, 11 in any second. */
const WINDOW = { max: 110, millis: 10_000 }
const SECOND = { max: 11, millis: 1_000 }

/**
 * Announces the budget in HubSpot's headers; a search announces none. The imitation never refuses for haste, so it
 * never announces that nothing is left.
 */
export function limits(now: () => number): MiddlewareHandler {
  let seen: number[] = []
  const remaining = ({ max, millis }: typeof WINDOW, at: number) =>
    String(Math.max(1, max - seen.filter(time => time > at - millis).length))
  return async (c, next) => {
    await next()
    if (c.req.path.endsWith('/search')) return
    const at = now()
    seen = [...seen, at].slice(-WINDOW.max)
    c.header('x-hubspot-ratelimit-max', String(WINDOW.max))
    c.header('x-hubspot-ratelimit-remaining', remaining(WINDOW, at))
    c.header('x-hubspot-ratelimit-interval-milliseconds', String(WINDOW.millis))
    c.header('x-hubspot-ratelimit-secondly', String(SECOND.max))
    c.header('x-hubspot-ratelimit-secondly-remaining', remaining(SECOND, at))
  }
}
