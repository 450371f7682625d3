import type { Gateway } from '../app.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Failure } from '../problem/index.ts'
import type { Budget } from '../transport/budget.ts'
import type { Exchange, Sending } from '../transport/carry.ts'
import type { Draft } from '../transport/request.ts'
import { type Sent, send } from '../transport/send.ts'
import { sign } from '../transport/sign.ts'
import type { Caller, Target } from './find.ts'

/** What happened on the provider's side during one call, in order. */
export interface Trace {
  readonly provider: string
  readonly exchanges: Exchange[]
  /** The mapping that was used, for `explain`; an action function's call has none. */
  readonly mapping?: Mapping
  /** What the last answer said of the account's budget. */
  budget?: Budget | undefined
}

/** An empty trace of a call. */
export const traceOf = ({ mapping }: Target): Trace => ({ provider: mapping.provider, mapping, exchanges: [] })

/**
 * Whether a verb's request may be carried out twice without harm: reading and deleting, and an update that puts the
 * record as it is to be.
 */
export const repeatable = (verb: RecordVerb | 'list', { method }: Draft): boolean =>
  verb === 'list' || verb === 'get' || verb === 'delete' || (verb === 'update' && method === 'PUT')

/** A connection and its provider: all that it takes to send a request. */
export type Reach = Pick<Target, 'connection' | 'provider'>

/** Everything that sending on behalf of a connection takes, signed; or why it cannot be signed. */
export function sendingFor(
  { config, carrier }: Gateway,
  { connection, provider }: Reach,
  trace: Trace,
  caller: Pick<Caller, 'environment' | 'signal'>,
  how: Pick<Sending, 'repeatable' | 'tries' | 'statuses'>,
): Sending | { failure: Failure } {
  const id = connection.integration.provider
  const signed = sign(id, provider, connection)
  if ('failure' in signed) return signed
  return {
    ...how,
    carrier,
    timeout: config.KOINE_PROVIDER_TIMEOUT * 1000,
    maxBytes: config.KOINE_ANSWER_LIMIT,
    destinations: {
      hosts: provider.hosts,
      baseUrl: connection.integration.config.base_url,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
    },
    provider: id,
    limits: provider.limits,
    integration: `${caller.environment}/${connection.integration.unique_key}`,
    signature: signed.headers,
    signal: caller.signal,
    seen: one => trace.exchanges.push(one),
  }
}

/**
 * Signs and sends one request on behalf of a connection. `repeatable`: it may be carried out twice without harm, so it
 * is tried again where that may help; any other only when it surely was not sent.
 */
export async function exchange(
  gateway: Gateway,
  reach: Reach,
  draft: Draft,
  trace: Trace,
  caller: Caller,
  repeatable: boolean,
): Promise<Sent | { failure: Failure }> {
  const sending = sendingFor(gateway, reach, trace, caller, { repeatable })
  if ('failure' in sending) return sending
  const sent = await send(draft, sending)
  if ('answer' in sent) trace.budget = sent.budget
  return sent
}
