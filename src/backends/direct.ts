import { authorize, querySignature } from '../credentials/authorize.ts'
import { canRenew } from '../credentials/token-endpoint.ts'
import { isDue, isFresh, isOver, type RenewToken, wantedOf } from '../credentials/token-life.ts'
import { fail, type Outcome } from '../problem/index.ts'
import type { ProviderAccount, Signature } from '../provider/client.ts'
import type { Credentials, OpenedConnection } from '../store/index.ts'
import { accountOf, headersOf, optionsOf } from './account.ts'
import type { Backend } from './backend.ts'
import type { BackendServices, CallContext } from './call-context.ts'
import { hostsOf, originOf } from './origin.ts'

/** The same connection with other credentials; its metadata stays unread. */
const withCredentials = (connection: OpenedConnection, credentials: Credentials): OpenedConnection =>
  Object.defineProperties(Object.create(null), {
    ...Object.getOwnPropertyDescriptors(connection),
    credentials: { value: credentials, enumerable: true },
  })

/** The connection as an account: with a token that is renewed before it ends, and once where the provider refuses it. */
function directAccount(services: BackendServices, context: CallContext): ProviderAccount {
  const { provider } = context
  const { renewToken, now } = services
  let { connection } = context
  const isRenewable = renewToken !== undefined && canRenew(connection, provider)
  /** Takes another token. */
  async function renew(how: RenewToken): Promise<Outcome<Credentials>> {
    const renewed = await how(wantedOf(context.environment, connection))
    if (renewed.ok) connection = withCredentials(connection, renewed.value)
    return renewed
  }
  /** Signs with another token, where there is one; the one that is there goes on while it lasts. */
  async function signAnew(how: RenewToken): Promise<Outcome<Signature>> {
    const renewed = await renew(how)
    return renewed.ok || !isOver(connection.credentials, now()) ? authorize(provider, connection) : renewed
  }
  return {
    ...accountOf(services, context),
    hosts: hostsOf(context),
    baseUrl: connection.integration.config.base_url,
    headers: headersOf(context),
    signedQuery: querySignature(provider, connection),
    authorize: () =>
      isRenewable && isDue(connection.credentials, now()) ? signAnew(renewToken) : authorize(provider, connection),
    ...(isRenewable && {
      renew: () => (isFresh(connection.credentials, now()) ? undefined : renew(renewToken)),
    }),
  }
}

/** Koine itself: signs with the stored credentials of the connection and calls the provider. It has no named actions. */
export const direct: Backend = {
  send: (services, context, request, how) =>
    services.client.send(request, directAccount(services, context), optionsOf(context, how)),
  locate: (resolved, path, base) => ({ url: `${base ?? originOf(resolved) ?? ''}${path}`, headers: {} }),
  stream: (services, context, request, how) =>
    services.client.stream(request, directAccount(services, context), optionsOf(context, how)),
  async runAction(_, { connection }, { name }) {
    return fail('action-not-found', {
      provider: connection.integration.provider,
      detail: `The integration has no backend that could run "${name}".`,
    })
  },
}
