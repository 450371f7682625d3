// What browsers are told about the connect pages: what they may load, who may show them in a frame, and that their
// address goes nowhere else. None of them sends Cross-Origin-Opener-Policy: it would cut the window off from its opener.

/** An origin as it may stand in a header. Those that are stored are checked when they are set; this is for what is not. */
const ORIGIN = /^https?:\/\/[a-z0-9.[\]:-]+$/i

/** The origins among these that may stand in a policy. */
export const plainOrigins = (origins: readonly string[]): string[] =>
  origins.filter(origin => ORIGIN.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin)

/** Where an image lies, as a policy says it: the address without its query, which a policy cannot hold. */
function imageSource(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, origin, pathname } = new URL(address)
  // Both would end the source.
  return protocol === 'https:' ? origin + pathname.replace(/;/g, '%3B').replace(/,/g, '%2C') : undefined
}

interface Policy {
  /** Origins that may show the page in a frame; `any` for a page that shows nothing of a session. */
  readonly framedBy: readonly string[] | 'any'
  /** The text of the one style element that is allowed. */
  readonly style?: string | undefined
  /** Address of an image on another host. */
  readonly image?: string | undefined
}

/**
 * What allows a style element with this text. Not a nonce: the page reads its next screen from a whole document, whose
 * nonce would be another one.
 */
async function hashSource(style: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`
}

/** The headers of a connect page. */
export async function pageHeaders({ framedBy, style, image }: Policy): Promise<Record<string, string>> {
  const ancestors = framedBy === 'any' ? ['*'] : plainOrigins(framedBy)
  const elsewhere = image === undefined ? undefined : imageSource(image)
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${style === undefined ? '' : ` ${await hashSource(style)}`}`,
    `img-src 'self' data:${elsewhere === undefined ? '' : ` ${elsewhere}`}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${ancestors.join(' ') || "'none'"}`,
  ]
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    ...(ancestors.length === 0 && { 'x-frame-options': 'DENY' }),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    vary: 'accept-language',
  }
}
