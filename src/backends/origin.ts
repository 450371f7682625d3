import { splitBase } from '../mapping/request.ts'
import { compileFill, OMIT } from '../mapping/template.ts'
import type { ResolvedConnection } from './call-context.ts'

/** Scheme and host of `base` in `provider.json`, filled with what the connection was asked; undefined where that is missing. */
function builtOrigin({ provider, connection }: ResolvedConnection): string | undefined {
  const fill = compileFill(splitBase(provider.base).origin, '/base', { place: 'url', report: () => {} })
  const origin = fill({ connection: connection.config })
  return origin === OMIT ? undefined : String(origin)
}

/**
 * What is called in place of the provider's host: the integration's `base_url`; or the backend's host, which stands for
 * one that cannot be built here as the connection's answers are known to the backend alone.
 */
function replacementOf(resolved: ResolvedConnection): string | undefined {
  const { config, backend } = resolved.connection.integration
  if (config.base_url !== undefined) return config.base_url.replace(/\/+$/, '')
  return backend.type === 'direct' || builtOrigin(resolved) !== undefined ? undefined : backend.host.replace(/\/+$/, '')
}

/** Scheme and host to call for a connection, as the start of an action function's or hook's address. */
export const originOf = (resolved: ResolvedConnection): string | undefined =>
  replacementOf(resolved) ?? builtOrigin(resolved)

/** The values of the placeholders of a connection in a mapping's requests. */
export const placeholdersOf = (
  resolved: ResolvedConnection,
): { connection: Readonly<Record<string, unknown>>; baseUrl: string | undefined } => ({
  connection: resolved.connection.config,
  baseUrl: replacementOf(resolved),
})
