import type { Failure } from '../problem/index.ts'
import type { Access } from '../store/index.ts'
import type { HttpContext } from './context.ts'

/** Whether a text is an origin as browsers write it: scheme and host in lower case, no path, no usual port. */
export const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text

/** The page that makes a request. */
export interface Page {
  /** As the browser sent it, so `null` in quotes for a page without one. */
  readonly origin: string
  /** Whether the page is one of the gateway's own. */
  readonly isOwn: boolean
}

/**
 * The page that makes a request; undefined where none says that it does, as servers do not. Of the gateway's own origin
 * the host is compared and not the scheme: what ends TLS before the gateway does not tell it, and no page can choose
 * the `Host` that its browser sends.
 */
export function pageOf({ req }: HttpContext): Page | undefined {
  const origin = req.header('origin')
  if (origin === undefined) return undefined
  const host = req.header('host') ?? new URL(req.url).host
  return { origin, isOwn: origin === `https://${host}` || origin === `http://${host}` }
}

const KEY_IN_BROWSER: Failure = {
  code: 'key-in-browser',
  detail:
    'A key is a secret of your servers, and this request comes from a page of another origin (header `Origin`). Let your server make a session token by `POST /sessions`, and give the page that.',
}
const notAllowed = (detail: string): Failure => ({ code: 'origin-not-allowed', detail })

/** Why a page may not call, with a session token or else with a key; undefined where it may, and where there is no page. */
export function faultOfPage(
  page: Page | undefined,
  { allowedOrigins, allowsKeysFromBrowsers }: Access,
  session: { readonly origins?: readonly string[] | undefined } | undefined,
): Failure | undefined {
  const isForeign = page !== undefined && !page.isOwn
  if (!session) return isForeign && !allowsKeysFromBrowsers ? KEY_IN_BROWSER : undefined
  // A token that was made for some origins alone is not for callers who do not say theirs.
  if (session.origins && !(page && session.origins.includes(page.origin)))
    return notAllowed(
      'The session token was made for pages of some origins (`origins`), and the header `Origin` names none of them.',
    )
  if (isForeign && !allowedOrigins.includes(page.origin))
    return notAllowed('The page’s origin is not among `allowed_origins` of the environment.')
  return undefined
}
