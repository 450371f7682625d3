import { compileFill } from '../mapping/template.ts'

/**
 * An address of a provider's sign-in, with the answers that a connection has in the place of `{connection.<name>}`;
 * undefined where one is missing. The answers were checked by the patterns of their questions before they were kept.
 */
export function fillAddress(address: string, answers: Readonly<Record<string, unknown>>): string | undefined {
  const filled = compileFill(address, '', { place: 'url', report: () => {} })({ connection: answers })
  return typeof filled === 'string' && URL.canParse(filled) ? filled : undefined
}

/** Which hosts are believed that an answer names (`token_host` of `auth.oauth2`). */
interface TokenHost {
  readonly param: string
  readonly hosts: readonly string[]
}

/**
 * A token endpoint at the host that sign-in named for the connection, kept under the name of the redirect's parameter:
 * an https origin. Without such an answer it is the address itself; undefined for a host that is none of those that are
 * believed, since the client's secret would be sent there.
 */
export function atTokenHost(
  address: string,
  tokenHost: TokenHost | undefined,
  answers: Readonly<Record<string, unknown>>,
): string | undefined {
  const given = tokenHost && Object.hasOwn(answers, tokenHost.param) ? answers[tokenHost.param] : undefined
  if (!tokenHost || given === undefined) return address
  if (typeof given !== 'string' || !URL.canParse(given) || !URL.canParse(address)) return undefined
  const { origin, hostname, port, protocol } = new URL(given)
  const isBelieved = protocol === 'https:' && port === '' && tokenHost.hosts.includes(hostname)
  const { pathname, search } = new URL(address)
  return isBelieved && (given === origin || given === `${origin}/`) ? origin + pathname + search : undefined
}
