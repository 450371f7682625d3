import type { Gateway } from '../app.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Failure } from '../problem/index.ts'
import type { Budget } from '../transport/budget.ts'
import type { Exchange } from '../transport/carry.ts'
import type { Draft } from '../transport/request.ts'
import { type Sent, send } from '../transport/send.ts'
import { sign } from '../transport/sign.ts'
import type { Caller, Target } from './find.ts'

/** What happened on the provider's side during one call, in order. */
export interface Trace {
  readonly provider: string
  readonly exchanges: Exchange[]
  /** The mapping that was used, for `explain`. */
  readonly mapping: Mapping
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

/**
 * Signs and sends one request on behalf of a connection. `repeatable`: it may be carried out twice without harm, so it
 * is tried again where that may help; any other only when it surely was not sent.
 */
export async function exchange(
  { config, carrier }: Gateway,
  { connection, provider, mapping }: Target,
  draft: Draft,
  trace: Trace,
  caller: Caller,
  repeatable: boolean,
): Promise<Sent | { failure: Failure }> {
  const signed = sign(mapping.provider, provider, connection)
  if ('failure' in signed) return signed
  const sent = await send(draft, {
    carrier,
    timeout: config.KOINE_PROVIDER_TIMEOUT * 1000,
    maxBytes: config.KOINE_ANSWER_LIMIT,
    destinations: {
      hosts: provider.hosts,
      baseUrl: connection.integration.config.base_url,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
    },
    provider: mapping.provider,
    limits: provider.limits,
    integration: `${caller.environment}/${connection.integration.unique_key}`,
    repeatable,
    signature: signed.headers,
    signal: caller.signal,
    seen: one => trace.exchanges.push(one),
  })
  if ('answer' in sent) trace.budget = sent.budget
  return sent
}
