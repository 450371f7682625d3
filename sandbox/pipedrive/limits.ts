import type { MiddlewareHandler } from 'hono'

/** As recorded: 80 requests in any 2 seconds, 150,000 tokens a day. */
const BURST = { max: 80, millis: 2_000 }
const DAILY = { max: 150_000, millis: 86_400_000 }

/** What a request costs, the `x-token-cost` of each operation in specs/pipedrive/v2.yaml and, for users, v1.yaml. */
function costOf(method: string, path: string): number {
  const [, name = '', id] = /^(?:\/api)?\/v[12]\/(\w+)\/?([^/]+)?/.exec(path) ?? []
  if (method !== 'GET') return method === 'DELETE' ? 3 : 5
  if (id === 'search' || id === 'archived') return 20
  if (name === 'users') return id === undefined ? 20 : 2
  if (id !== undefined) return 1
  return name === 'stages' || name === 'pipelines' ? 5 : 10
}

/**
 * Announces both budgets in Pipedrive's headers. The imitation never refuses for haste, so it never announces that
 * nothing is left.
 */
export function limits(now: () => number): MiddlewareHandler {
  let seen: number[] = []
  let today = { day: -1, spent: 0 }
  return async (c, next) => {
    await next()
    const at = now()
    seen = [...seen, at].filter(time => time > at - BURST.millis).slice(-BURST.max)
    const day = Math.floor(at / DAILY.millis)
    today = { day, spent: (today.day === day ? today.spent : 0) + costOf(c.req.method, c.req.path) }
    c.header('x-ratelimit-limit', String(BURST.max))
    c.header('x-ratelimit-remaining', String(Math.max(1, BURST.max - seen.length)))
    c.header('x-ratelimit-reset', String(BURST.millis / 1_000))
    c.header('x-daily-ratelimit-token-limit', String(DAILY.max))
    c.header('x-daily-ratelimit-token-remaining', String(Math.max(1, DAILY.max - today.spent)))
  }
}
