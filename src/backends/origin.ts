import { splitBase } from '../mapping/request.ts'
import { compileFill, DROP } from '../mapping/template.ts'
import type { Reach } from './backend.ts'

/** Scheme and host of the provider as its file and the connection's answers build them. */
function builtOrigin({ provider, connection }: Reach): string | undefined {
  const fill = compileFill(splitBase(provider.base).origin, '/base', { place: 'url', report: () => {} })
  const origin = fill({ connection: connection.config })
  return origin === DROP ? undefined : String(origin)
}

/** What stands for the provider's host: the integration's `base_url`, or a backend where nobody answered what builds it. */
function standIn(reach: Reach): string | undefined {
  const { config, backend } = reach.connection.integration
  if (config.base_url !== undefined) return config.base_url.replace(/\/+$/, '')
  // A backend knows the host itself, so that nobody has to answer here what builds it.
  return backend.type === 'direct' || builtOrigin(reach) !== undefined ? undefined : backend.host.replace(/\/+$/, '')
}

/** Scheme and host of the provider for a connection: where an endpoint's path begins. */
export const originOf = (reach: Reach): string | undefined => standIn(reach) ?? builtOrigin(reach)

/** What a mapping's requests are filled with to reach a connection. */
export const reachOf = (
  reach: Reach,
): { connection: Readonly<Record<string, unknown>>; baseUrl: string | undefined } => ({
  connection: reach.connection.config,
  baseUrl: standIn(reach),
})
