// An app that is installed at a provider: which installation a redirect names, and whether it may be believed.
import type { ProviderFile } from '../mapping/schema/index.ts'
import type { Credentials, GivenToken } from '../store/index.ts'
import { fillAll } from './fill.ts'
import { type AskOptions, askToken, installationAddress, type TokenHolder } from './token-endpoint.ts'
import { getSigned } from './token-request.ts'

type Refused = { readonly refused: { readonly code: string; readonly detail: string } }
const refuse = (code: string, detail: string): Refused => ({ refused: { code, detail } })

const INSTALLATION = /^\d{1,20}$/

/** The installation that a redirect names. Anybody can write any number there. */
export function installationOf(query: URLSearchParams): { readonly installation_id: string } | Refused {
  if (query.get('setup_action') === 'request')
    return refuse('installation_requested', 'The installation waits for the approval of an owner at the provider.')
  const installation_id = query.get('installation_id')
  return installation_id && INSTALLATION.test(installation_id)
    ? { installation_id }
    : refuse('missing_installation', 'The provider named no installation.')
}

/** Whether the person who signed in reaches the installation, as the provider says it. */
async function refusalOfReach(
  holder: TokenHolder,
  { auth }: ProviderFile,
  { installation_id, user }: { installation_id: string; user: GivenToken },
  { client, timeout }: AskOptions,
): Promise<Refused | undefined> {
  const unknown = refuse(
    'provider_unreachable',
    'The provider did not say whether the installation is yours. Try again.',
  )
  const reach = auth.app?.reach
  const address = reach && installationAddress(holder, reach, { installation_id, timeout, isToken: false })
  if (!address) return unknown
  const sign = auth.oauth2?.sign ?? { authorization: 'Bearer {access_token}' }
  const sent = await getSigned(client, address, {
    ...fillAll(auth.app?.headers, {}),
    ...fillAll(sign, { access_token: user.access_token }),
  })
  const status = 'response' in sent ? sent.response.status : 0
  if (status >= 200 && status <= 299) return undefined
  return [401, 403, 404, 410].includes(status)
    ? refuse('foreign_installation', 'The provider does not let you use the installation that its answer names.')
    : unknown
}

/** The first token of an installation; `user` is the token of the person, where the sign-in has one. */
export async function firstOfInstallation(
  holder: TokenHolder,
  provider: ProviderFile,
  { installation_id, user }: { installation_id: string; user: GivenToken | undefined },
  options: AskOptions,
): Promise<{ credentials: Credentials; kept: Readonly<Record<string, string>> } | Refused> {
  const refusal = user && (await refusalOfReach(holder, provider, { installation_id, user }, options))
  if (refusal) return refusal
  const credentials: Extract<Credentials, { type: 'APP' | 'CUSTOM' }> = user
    ? { type: 'CUSTOM', installation_id, user }
    : { type: 'APP', installation_id }
  const asked = await askToken({ ...holder, connection: { ...holder.connection, credentials } }, provider, options)
  if (!('token' in asked)) {
    const reason = 'refused' in asked ? asked.refused : asked.failed
    return refuse(reason, `The provider gave no token for the installation (${reason}).`)
  }
  const { access_token, expires_at, captured } = asked.token
  const renewed_at = new Date(options.now()).toISOString()
  return {
    credentials: { ...credentials, token: access_token, expires_at, renewed_at },
    kept: captured,
  }
}
