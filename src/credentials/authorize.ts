import type { ProviderFile } from '../mapping/schema/index.ts'
import { type Failure, fail } from '../problem/index.ts'
import type { LiveConnection } from '../store/index.ts'

const filled = (templates: Readonly<Record<string, string>>, slot: string, value: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [name.toLowerCase(), text.replace(slot, () => value)]),
  )

/** UTF-8 text as base64, as HTTP Basic wants it (RFC 7617). */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** What a header may hold without a doubt; a line's end in a credential would begin another header. */
const PLAIN = /^[\t\x20-\x7e]*$/

/** The headers that sign a request with a connection's credentials, in the provider's way. */
export function sign(
  id: string,
  provider: ProviderFile,
  connection: LiveConnection,
): { headers: Record<string, string> } | { failure: Failure } {
  const signed = signature(id, provider, connection)
  if ('failure' in signed || Object.values(signed.headers).every(text => PLAIN.test(text))) return signed
  const detail = 'The credentials of the connection hold characters that no header may have.'
  return { failure: fail('connection-needs-reconnect', { provider: id, detail }).failure }
}

function signature(
  id: string,
  provider: ProviderFile,
  { credentials }: LiveConnection,
): { headers: Record<string, string> } | { failure: Failure } {
  const { auth } = provider
  if (credentials.type === 'OAUTH2')
    return {
      headers: filled(
        auth.oauth2?.sign ?? { authorization: 'Bearer {access_token}' },
        '{access_token}',
        credentials.access_token,
      ),
    }
  if (credentials.type === 'API_KEY')
    return {
      headers: filled(auth.api_key?.sign ?? { authorization: 'Bearer {api_key}' }, '{api_key}', credentials.apiKey),
    }
  if (credentials.type === 'BASIC')
    return { headers: { authorization: `Basic ${base64(`${credentials.username}:${credentials.password}`)}` } }
  return Object.keys(auth).length === 0
    ? { headers: {} }
    : {
        failure: fail('connection-needs-reconnect', { provider: id, detail: 'The connection holds no credentials.' })
          .failure,
      }
}
