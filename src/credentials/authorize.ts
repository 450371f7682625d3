import type { ProviderFile } from '../mapping/schema/index.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { Signature } from '../provider/client.ts'
import type { OpenedConnection } from '../store/index.ts'
import { base64, fill, fillAll } from './fill.ts'

/** What of a connection signs its requests. */
export type Signer = Pick<OpenedConnection, 'integration' | 'credentials'>

/** Characters that any header may hold. A line's end in a credential would begin another header. */
const PLAIN = /^[\t\x20-\x7e]*$/

/**
 * Makes the headers that sign a request with a connection's credentials, as `auth` of `provider.json` says. Fails with
 * `connection-needs-reconnect` where the connection has none, or a header cannot hold them.
 */
export function authorize(provider: ProviderFile, connection: Signer): Outcome<Signature> {
  const needsReconnect = (detail: string) =>
    fail('connection-needs-reconnect', { provider: connection.integration.provider, detail })
  const headers = signatureOf(provider, connection)
  if (!headers) return needsReconnect('The connection holds no credentials.')
  return Object.values(headers).every(text => PLAIN.test(text))
    ? done(headers)
    : needsReconnect('The credentials of the connection hold characters that no header may have.')
}

const lower = (headers: Record<string, string>): Signature =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]))
/** The headers of a token: by default a bearer's (RFC 6750). */
const byToken = (
  sign: Readonly<Record<string, string>> = { authorization: 'Bearer {access_token}' },
  access_token: string | undefined,
): Signature | undefined => (access_token === undefined ? undefined : lower(fillAll(sign, { access_token })))

/** The headers that sign, unchecked; undefined where the provider wants credentials and there are none. */
function signatureOf({ auth }: ProviderFile, { credentials }: Signer): Signature | undefined {
  switch (credentials.type) {
    case 'OAUTH2':
      return byToken(auth.oauth2?.sign, credentials.access_token)
    case 'OAUTH2_CC':
      return byToken(auth.client_credentials?.sign, credentials.token)
    case 'TWO_STEP':
      return byToken(auth.two_step?.sign, credentials.token)
    case 'JWT':
      return byToken(auth.jwt?.sign, credentials.token)
    case 'APP':
    case 'CUSTOM':
      return byToken(auth.app?.sign, credentials.token)
    case 'API_KEY':
      // A key in the query alone takes no header.
      if (auth.api_key?.query && !auth.api_key.sign) return {}
      return lower(
        fillAll(auth.api_key?.sign ?? { authorization: 'Bearer {api_key}' }, { api_key: credentials.apiKey }),
      )
    case 'BASIC': {
      const { user = '{username}', pass = '{password}' } = auth.basic ?? {}
      const values = { username: credentials.username, password: credentials.password }
      return { authorization: `Basic ${base64(`${fill(user, values)}:${fill(pass, values)}`)}` }
    }
    case 'NONE':
      return Object.keys(auth).length === 0 ? {} : undefined
  }
}

/**
 * The parameters of the query that sign a request, for a provider that takes a key nowhere else; undefined where there
 * are none. Whoever sends a request adds them last, so that nothing that is kept or shown of it holds them.
 */
export function querySignature({ auth }: ProviderFile, { credentials }: Signer): Signature | undefined {
  const query = auth.api_key?.query
  return credentials.type === 'API_KEY' && query ? fillAll(query, { api_key: credentials.apiKey }) : undefined
}
