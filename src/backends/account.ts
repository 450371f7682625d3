import { compileHeaders } from '../mapping/provider-headers.ts'
import type { ProviderAccount, SendOptions } from '../provider/client.ts'
import type { SendHow } from './backend.ts'
import type { BackendServices, CallContext, ResolvedConnection } from './call-context.ts'

const filled = new WeakMap<object, Readonly<Record<string, string>>>()
/** Headers that the provider wants with every request of a connection; filled once for each. */
export function headersOf({ provider, connection }: ResolvedConnection): Readonly<Record<string, string>> {
  const known = filled.get(connection)
  if (known) return known
  const made = compileHeaders(provider)(connection.config)
  filled.set(connection, made)
  return made
}

/** What every backend's account shares: whose it is, its limits and time, and what the circuit watches. */
export const accountOf = (
  { config }: BackendServices,
  { environment, connection, provider }: CallContext,
): Pick<ProviderAccount, 'provider' | 'limits' | 'timeout' | 'circuit'> => ({
  provider: connection.integration.provider,
  limits: provider.limits,
  timeout: (provider.timeout ?? config.KOINE_PROVIDER_TIMEOUT) * 1000,
  circuit: `${environment}/${connection.integration.unique_key}`,
})

/** How a request of a call is sent, and where its attempts are noted. */
export const optionsOf = ({ signal, traceparent, log }: CallContext, how: SendHow): SendOptions & SendHow => ({
  ...how,
  signal,
  traceparent,
  noted: attempt => log.attempts.push(attempt),
})
