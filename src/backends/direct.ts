import { sign } from '../credentials/authorize.ts'
import { fail } from '../problem/index.ts'
import { carry } from '../provider/client.ts'
import type { Backend } from './backend.ts'
import { originOf } from './origin.ts'
import { sendingOf } from './provider-call.ts'

/** Koine itself: signs with the connection's credentials and calls the provider. It has no actions of its own. */
export const direct: Backend = {
  async send(gateway, reach, draft, trace, how) {
    const { connection, provider } = reach
    const signed = sign(connection.integration.provider, provider, connection)
    if ('failure' in signed) return signed
    const where = { hosts: provider.hosts, baseUrl: connection.integration.config.base_url }
    return carry(draft, sendingOf(gateway, reach, trace, how, where, signed.headers))
  },
  async run(_, { connection }, name) {
    return fail('action-not-found', {
      provider: connection.integration.provider,
      detail: `The integration has no backend that could run "${name}".`,
    })
  },
  through(reach, endpoint, base) {
    const { connection, provider } = reach
    const signed = sign(connection.integration.provider, provider, connection)
    if ('failure' in signed) return signed
    return { url: `${base ?? originOf(reach) ?? ''}${endpoint}`, headers: signed.headers, hosts: provider.hosts }
  },
}
