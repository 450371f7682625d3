import type { Gateway } from '../app.ts'
import type { Sending } from '../provider/client.ts'
import type { Destinations } from '../provider/destination.ts'
import type { How, Reach } from './backend.ts'
import type { Trace } from './send.ts'

/** What every backend's sending shares: time, size, what the circuit watches, what is noted. */
export function sendingOf(
  { config, carrier }: Gateway,
  { connection, provider }: Reach,
  trace: Trace,
  { environment, traceparent, ...how }: How,
  where: Pick<Destinations, 'hosts' | 'baseUrl'>,
  signature: Readonly<Record<string, string>>,
): Sending {
  return {
    ...how,
    carrier,
    timeout: (provider.timeout ?? config.KOINE_PROVIDER_TIMEOUT) * 1000,
    maxBytes: config.KOINE_ANSWER_LIMIT,
    destinations: { ...where, allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS },
    provider: connection.integration.provider,
    limits: provider.limits,
    integration: `${environment}/${connection.integration.unique_key}`,
    signature: traceparent === undefined ? signature : { ...signature, traceparent },
    seen: exchange => trace.exchanges.push(exchange),
  }
}
