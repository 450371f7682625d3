import type { HttpContext } from '../context.ts'

/**
 * Whether a form was sent from a page of another origin. Browsers say so in `Sec-Fetch-Site`, which no page can set. Those
 * without it name an `Origin`, which is `null` for a form of a page that sends no referrer, as ours do; its host is
 * compared, since a proxy in front of the gateway may speak https in its place.
 */
export function isForeign({ req }: HttpContext): boolean {
  const site = req.header('sec-fetch-site')
  const origin = req.header('origin')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  if (origin === undefined || origin === 'null') return false
  return !URL.canParse(origin) || new URL(origin).host !== (req.header('host') ?? new URL(req.url).host)
}
