import type { Parts } from '../app.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { Failure } from '../problem/index.ts'
import { type Budget, budgetOf } from '../transport/budget.ts'
import type { Answer } from '../transport/refuse.ts'
import type { Draft } from '../transport/request.ts'
import { type Exchange, send } from '../transport/send.ts'
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

/** Signs and sends one request on behalf of a connection. */
export async function exchange(
  parts: Parts,
  { connection, provider, mapping }: Target,
  draft: Draft,
  trace: Trace,
  caller: Caller,
): Promise<{ answer: Answer } | { failure: Failure }> {
  const signed = sign(mapping.provider, provider, connection)
  if ('failure' in signed) return signed
  const { config, wire, now } = parts
  const result = await send(draft, {
    wire,
    now,
    timeout: config.KOINE_PROVIDER_TIMEOUT * 1000,
    maxBytes: config.KOINE_ANSWER_LIMIT,
    destinations: {
      hosts: provider.hosts,
      baseUrl: connection.integration.config.base_url,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
    },
    provider: mapping.provider,
    signature: signed.headers,
    signal: caller.signal,
    seen: exchange => trace.exchanges.push(exchange),
  })
  if ('answer' in result) trace.budget = budgetOf(provider.limits, result.answer.headers, now())
  return result
}
