import { type BaseAddress, fillBase } from '../mapping/base-address.ts'
import { withoutTrailing } from '../provider/trailing.ts'
import type { OpenedConnection } from '../store/index.ts'
import type { ResolvedConnection } from './call-context.ts'

/** The base of each connection, filled once. A changed connection is another object. */
const bases = new WeakMap<OpenedConnection, BaseAddress>()

function baseOf({ provider, connection }: ResolvedConnection): BaseAddress {
  const known = bases.get(connection)
  if (known) return known
  const made = fillBase(provider, connection.credentials.type, connection.config)
  bases.set(connection, made)
  return made
}

/**
 * What is called in place of the provider's host: the integration's `base_url`; or the backend's host, which stands for
 * one that cannot be built here as the connection's answers are known to the backend alone.
 */
function replacementOf(resolved: ResolvedConnection): string | undefined {
  const { config, backend } = resolved.connection.integration
  if (config.base_url !== undefined) return withoutTrailing(config.base_url, '/')
  return backend.type === 'direct' || baseOf(resolved).origin !== undefined
    ? undefined
    : withoutTrailing(backend.host, '/')
}

/** Scheme and host to call for a connection, as the start of an action function's or hook's address. */
export const originOf = (resolved: ResolvedConnection): string | undefined =>
  replacementOf(resolved) ?? baseOf(resolved).origin

/** The path of `base`, which the paths of hooks are put after. */
export const basePathOf = (resolved: ResolvedConnection): string => baseOf(resolved).path

/** The provider's hosts that a connection may be taken to: where each customer has one, no other customer's. */
export const hostsOf = (resolved: ResolvedConnection): readonly string[] => baseOf(resolved).hosts

/** Whether the connection's own host cannot be told here, as only the backend knows its answers. */
export const isHostUnknown = (resolved: ResolvedConnection): boolean => baseOf(resolved).origin === undefined

/** The values of the placeholders of a connection in a mapping's requests. */
export const placeholdersOf = (
  resolved: ResolvedConnection,
): { connection: Readonly<Record<string, unknown>>; baseUrl: string | undefined } => ({
  connection: resolved.connection.config,
  baseUrl: replacementOf(resolved),
})
