import type { Gateway } from '../app.ts'
import type { Mapping } from '../mapping/compile.ts'
import type { Draft } from '../mapping/request.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Failure } from '../problem/index.ts'
import type { Exchange } from '../provider/client.ts'
import { readAnswer, type Sent } from '../provider/json-response.ts'
import type { Budget } from '../provider/rate-budget.ts'
import type { Caller, Target } from '../records/resolve.ts'
import type { LiveConnection } from '../store/index.ts'
import { backendOf, type Reach } from './index.ts'

/** What happened on the provider's side during one call, in order. */
export interface Trace {
  readonly provider: string
  readonly exchanges: Exchange[]
  /** The mapping that was used, for `explain`; an action function's call has none. */
  readonly mapping?: Mapping
  /** On whose behalf. */
  readonly connection?: LiveConnection | undefined
  /** What the last answer said of the account's budget. */
  budget?: Budget | undefined
}

/** An empty trace of a call. */
export const traceOf = ({ mapping, connection }: Target): Trace => ({
  provider: mapping.provider,
  mapping,
  connection,
  exchanges: [],
})

/**
 * Whether a verb's request may be carried out twice without harm: reading and deleting, and an update that puts the
 * record as it is to be.
 */
export const repeatable = (verb: RecordVerb | 'list', { method }: Draft): boolean =>
  verb === 'list' || verb === 'get' || verb === 'delete' || (verb === 'update' && method === 'PUT')

/**
 * Sends one request on behalf of a connection, through its integration's backend, and reads its answer. `repeatable`:
 * it may be carried out twice without harm, so it is tried again where that may help; any other only when it surely was
 * not sent.
 */
export async function exchange(
  gateway: Gateway,
  reach: Reach,
  draft: Draft,
  trace: Trace,
  { environment, signal, traceparent }: Pick<Caller, 'environment' | 'signal' | 'traceparent'>,
  repeatable: boolean,
): Promise<Sent | { failure: Failure }> {
  const { connection } = reach
  const how = { environment, signal, traceparent, repeatable }
  const carried = await backendOf(connection).send(gateway, reach, draft, trace, how)
  if ('failure' in carried) return carried
  trace.budget = carried.budget
  return readAnswer(carried, connection.integration.provider)
}
