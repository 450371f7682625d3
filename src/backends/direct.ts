import { compileFill, DROP } from '../mapping/fill.ts'
import { fail } from '../problem/index.ts'
import { carry } from '../transport/carry.ts'
import { splitBase } from '../transport/request.ts'
import { sign } from '../transport/sign.ts'
import type { Backend, Reach } from './backend.ts'
import { sendingOf } from './sending.ts'

/** Scheme and host of the provider for a connection: where an endpoint's path begins. */
export function originOf({ provider, connection }: Reach): string | undefined {
  const { config, backend } = connection.integration
  const own = config.base_url
  if (own !== undefined) return own.replace(/\/+$/, '')
  const fill = compileFill(splitBase(provider.base).origin, '/base', { place: 'url', report: () => {} })
  const origin = fill({ connection: connection.config })
  if (origin !== DROP) return String(origin)
  // A backend knows the host itself, so that nobody has to answer here what builds it.
  return backend.type === 'direct' ? undefined : backend.host.replace(/\/+$/, '')
}

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
