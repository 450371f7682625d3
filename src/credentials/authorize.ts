import type { ProviderFile } from '../mapping/schema/index.ts'
import { done, fail, type Outcome } from '../problem/index.ts'
import type { Signature } from '../provider/client.ts'
import type { OpenedConnection } from '../store/index.ts'

const filled = (templates: Readonly<Record<string, string>>, name: string, value: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(templates).map(([header, text]) => [header.toLowerCase(), text.replace(`{${name}}`, () => value)]),
  )

/** UTF-8 text as base64, as HTTP Basic wants it (RFC 7617). */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** Characters that any header may hold. A line's end in a credential would begin another header. */
const PLAIN = /^[\t\x20-\x7e]*$/

/**
 * Makes the headers that sign a request with a connection's credentials, as `auth` of `provider.json` says. Fails with
 * `connection-needs-reconnect` where the connection has none, or a header cannot hold them.
 */
export function authorize(provider: ProviderFile, connection: OpenedConnection): Outcome<Signature> {
  const needsReconnect = (detail: string) =>
    fail('connection-needs-reconnect', { provider: connection.integration.provider, detail })
  const headers = signatureOf(provider, connection)
  if (!headers) return needsReconnect('The connection holds no credentials.')
  return Object.values(headers).every(text => PLAIN.test(text))
    ? done(headers)
    : needsReconnect('The credentials of the connection hold characters that no header may have.')
}

/** The headers that sign, unchecked; undefined where the provider wants credentials and there are none. */
function signatureOf({ auth }: ProviderFile, { credentials }: OpenedConnection): Signature | undefined {
  switch (credentials.type) {
    case 'OAUTH2':
      return filled(
        auth.oauth2?.sign ?? { authorization: 'Bearer {access_token}' },
        'access_token',
        credentials.access_token,
      )
    case 'API_KEY':
      return filled(auth.api_key?.sign ?? { authorization: 'Bearer {api_key}' }, 'api_key', credentials.apiKey)
    case 'BASIC':
      return { authorization: `Basic ${base64(`${credentials.username}:${credentials.password}`)}` }
    case 'NONE':
      return Object.keys(auth).length === 0 ? {} : undefined
  }
}
