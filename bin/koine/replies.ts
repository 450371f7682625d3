import { differences } from '../../src/mapping/check/compare.ts'
import type { Fixture, FixtureExchange } from '../../src/mapping/schema/fixture.ts'
import type { BufferedRequest, HttpSender } from '../../src/services.ts'

const bodyOf = (text: string, type: string | undefined): unknown => {
  if (type?.includes('form')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Whether a fixture's request is this one: the same method, path and query. */
function fits({ request }: FixtureExchange, { method, url }: BufferedRequest): boolean {
  const { pathname, searchParams } = new URL(url)
  return (
    request.method === method &&
    request.path === decodeURI(pathname) &&
    differences(request.query ?? {}, Object.fromEntries(searchParams)).length === 0
  )
}

/**
 * Makes a sender that answers from a provider's fixtures: with the exchange of the same method, path and query, and of
 * several with the one of the same body. `unanswered` is told of each request that no fixture has.
 */
export function answering(
  fixtures: Readonly<Record<string, Fixture>>,
  unanswered: (request: string) => void,
): HttpSender['send'] {
  const exchanges = Object.values(fixtures).flatMap(({ exchanges, pages = [] }) => [
    ...exchanges,
    ...pages.flatMap(page => page.exchanges),
  ])
  return async request => {
    const found = exchanges.filter(exchange => fits(exchange, request))
    const body = request.body === undefined ? undefined : bodyOf(String(request.body), request.headers['content-type'])
    const same = found.filter(exchange => differences(exchange.request.body, body).length === 0)
    // Of several, one that succeeded.
    const candidates = same.length > 0 ? same : found
    const chosen = candidates.find(({ reply }) => reply.status < 400) ?? candidates[0]
    if (!chosen) {
      const { pathname, search } = new URL(request.url)
      unanswered(`${request.method} ${pathname}${search}`)
      // 501, after which the request is not sent again.
      return {
        response: { status: 501, headers: new Headers(), text: JSON.stringify('No fixture answers this request.') },
      }
    }
    const { status, headers, body: content } = chosen.reply
    const text = content === undefined ? '' : JSON.stringify(content)
    return { response: { status, headers: new Headers(headers), text } }
  }
}
