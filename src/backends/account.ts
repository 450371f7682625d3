import { compileHeaders } from '../mapping/provider-headers.ts'
import type { ProviderAccount, SendOptions } from '../provider/client.ts'
import type { OpenedConnection } from '../store/index.ts'
import type { SendHow } from './backend.ts'
import type { BackendServices, CallContext, ResolvedConnection } from './call-context.ts'

/** The headers of each connection, made once. A changed connection is another object. */
const headersByConnection = new WeakMap<OpenedConnection, Readonly<Record<string, string>>>()

/** The headers that `provider.json` wants with every request, filled with what the connection was asked. */
export function headersOf({ provider, connection }: ResolvedConnection): Readonly<Record<string, string>> {
  const known = headersByConnection.get(connection)
  if (known) return known
  const made = compileHeaders(provider)(connection.config)
  headersByConnection.set(connection, made)
  return made
}

/** What the accounts of all backends have in common: provider, limits, time, and whose calls are counted together. */
export const accountOf = (
  { config }: BackendServices,
  { environment, connection, provider }: CallContext,
): Pick<ProviderAccount, 'provider' | 'limits' | 'timeout' | 'environment' | 'connection' | 'integration'> => ({
  provider: connection.integration.provider,
  limits: provider.limits,
  timeout: (provider.timeout ?? config.KOINE_PROVIDER_TIMEOUT) * 1000,
  environment,
  connection: connection.uuid,
  integration: connection.integration.unique_key,
})

/** The options of a request: what the call says of all its requests, and what is said of this one. */
export const optionsOf = (
  { signal, traceparent, log, isPatient }: CallContext,
  how: SendHow,
): SendOptions & SendHow => ({
  ...how,
  signal,
  traceparent,
  isPatient,
  noted: attempt => log.attempts.push(attempt),
})
