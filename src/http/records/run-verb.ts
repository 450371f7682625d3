import { nameOfVerb } from '../../actions/verb-actions.ts'
import type { CallLog } from '../../backends/index.ts'
import type { Model } from '../../models/index.ts'
import type { Call, OneResult, Result } from '../../records/call.ts'
import { type Explanation, explain } from '../../records/explain.ts'
import { run } from '../../records/run.ts'
import type { HttpContext, HttpServices } from '../context.ts'
import { onBehalf } from './on-behalf.ts'

/** A call of a verb on a model, and whether it is to be explained. */
interface VerbCall<C extends Call> {
  readonly model: Model
  readonly call: C
  readonly explained?: boolean
  /** Where what is sent is noted, if the route looks at it afterwards. */
  readonly log?: CallLog
}
type CallOf<Verb extends Call['verb']> = Extract<Call, { readonly verb: Verb }>
/** A page of records. */
type ListResult = Extract<Result, { readonly next_cursor: unknown }>
/** What a delete did. */
type DeleteResult = Extract<Result, { readonly means: string }>
type Explained<R extends Result> = R & { readonly explain?: Explanation }

/**
 * Runs a call of a verb for the connection that the headers name, and explains it where that was asked for. The overloads
 * say what `run` answers for each verb, which its own type leaves open.
 * @throws ProblemError where the call failed
 */
export function runVerb(
  c: HttpContext,
  services: HttpServices,
  given: VerbCall<CallOf<'list'>>,
): Promise<Explained<ListResult>>
export function runVerb(
  c: HttpContext,
  services: HttpServices,
  given: VerbCall<CallOf<'get' | 'create' | 'update'>>,
): Promise<Explained<OneResult>>
export function runVerb(
  c: HttpContext,
  services: HttpServices,
  given: VerbCall<CallOf<'delete'>>,
): Promise<DeleteResult>
export async function runVerb(
  c: HttpContext,
  services: HttpServices,
  { model, call, explained, log: given }: VerbCall<Call>,
): Promise<Explained<Result>> {
  const named = { name: nameOfVerb(model, call.verb), log: given }
  const { value, log } = await onBehalf(c, services, named, caller => run(services, caller, model.name, call))
  if (!explained || !log.mapping) return value
  const fields = call.verb === 'list' ? call.query.fields : call.verb === 'get' ? call.fields : undefined
  return { ...value, explain: explain(log.mapping, log.attempts, fields) }
}
