import { splitBase } from '../mapping/request.ts'
import { compileFill, OMIT } from '../mapping/template.ts'
import type { ResolvedConnection } from './call-context.ts'

/** Scheme and host of the provider as its file and the connection's answers build them. */
function builtOrigin({ provider, connection }: ResolvedConnection): string | undefined {
  const fill = compileFill(splitBase(provider.base).origin, '/base', { place: 'url', report: () => {} })
  const origin = fill({ connection: connection.config })
  return origin === OMIT ? undefined : String(origin)
}

/** What stands for the provider's host: the integration's `base_url`, or a backend where nobody answered what builds it. */
function standIn(resolved: ResolvedConnection): string | undefined {
  const { config, backend } = resolved.connection.integration
  if (config.base_url !== undefined) return config.base_url.replace(/\/+$/, '')
  // A backend knows the host itself, so that nobody has to answer here what builds it.
  return backend.type === 'direct' || builtOrigin(resolved) !== undefined ? undefined : backend.host.replace(/\/+$/, '')
}

/** Scheme and host of the provider for a connection: where the path of a function's request begins. */
export const originOf = (resolved: ResolvedConnection): string | undefined => standIn(resolved) ?? builtOrigin(resolved)

/** What a mapping's requests are filled with to reach a connection. */
export const placeholdersOf = (
  resolved: ResolvedConnection,
): { connection: Readonly<Record<string, unknown>>; baseUrl: string | undefined } => ({
  connection: resolved.connection.config,
  baseUrl: standIn(resolved),
})
