import { authorize } from '../credentials/authorize.ts'
import { fail } from '../problem/index.ts'
import type { ProviderAccount } from '../provider/client.ts'
import { accountOf, headersOf, optionsOf } from './account.ts'
import type { Backend } from './backend.ts'
import type { BackendServices, CallContext } from './call-context.ts'
import { originOf } from './origin.ts'

const directAccount = (services: BackendServices, context: CallContext): ProviderAccount => ({
  ...accountOf(services, context),
  hosts: context.provider.hosts,
  baseUrl: context.connection.integration.config.base_url,
  headers: headersOf(context),
  authorize: () => authorize(context.provider, context.connection),
})

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
