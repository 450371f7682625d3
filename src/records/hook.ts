import type { Gateway } from '../app.ts'
import { originOf, reachOf } from '../backends/origin.ts'
import { exchange, repeatable, type Trace } from '../backends/send.ts'
import { segment } from '../mapping/escape.ts'
import type { Unified } from '../mapping/read.ts'
import { type Draft, splitBase } from '../mapping/request.ts'
import type { WriteVerb } from '../mapping/row.ts'
import { compileFill, DROP, queryText } from '../mapping/template.ts'
import type { RecordVerb } from '../mapping/verb.ts'
import type { Written } from '../mapping/write.ts'
import { type Code, type Failure, fail, type Outcome } from '../problem/index.ts'
import type { Caller, Target } from './resolve.ts'

/** A request of a function's own to the provider. */
export interface FunctionRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the provider's `base`; the function percent-encodes what it puts into it (`segment`). */
  readonly path: string
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/**
 * What a verb's function is given: the provider, signed in as the connection, and the field table of the mapping, so
 * that no field is written twice. A request that the provider refuses ends the call with its problem.
 */
export interface VerbContext {
  /** Sends a request and answers the JSON of its answer; undefined for an empty one. */
  send(request: FunctionRequest): Promise<unknown>
  /** Sends the mapping's own request of a verb: get, delete, or create and update with a record that `write` made. */
  request(
    verb: RecordVerb,
    ask: {
      readonly id?: string
      readonly record?: Record<string, unknown>
      readonly current?: unknown
      readonly passThrough?: Readonly<Record<string, unknown>>
    },
  ): Promise<unknown>
  /** The unified record of a provider's. */
  read(record: unknown): Unified
  /** The provider's record of a unified one. */
  write(input: Unified, verb: WriteVerb, current?: unknown): Written
  /** Percent-encodes one segment of a path; what would make another path of it ends the call. */
  segment(value: string): string
  /**
   * Carries out a later step of a write. A failure of it says in its detail what was done before, and that a record is
   * missing is none of the call's own record.
   */
  step<T>(given: { readonly done: readonly string[]; readonly doing: string }, act: () => Promise<T>): Promise<T>
  /** Ends the call with a problem. */
  fail(code: Code, detail: string): never
}

/** A list that takes more than one request: answers the provider's records, which the field table then reads. */
export type ListFunction = (
  context: VerbContext,
  ask: {
    readonly filters: Readonly<Record<string, string>>
    readonly sort?: { readonly by: string; readonly direction: 'asc' | 'desc' } | undefined
    readonly fields?: readonly string[] | undefined
    readonly limit: number
    /** What this function answered as `next`, when the caller asks for the next page. */
    readonly state?: unknown
  },
) => Promise<{ readonly records: readonly unknown[]; readonly next?: unknown }>

/** A write that takes more than one request: answers the id of the record, which is then read back whole. */
export type WriteFunction = (
  context: VerbContext,
  call: {
    /** Missing on create. */
    readonly id?: string | undefined
    /** The unified record, checked against the model. */
    readonly input: Unified
    readonly passThrough?: Readonly<Record<string, unknown>> | undefined
    /** The provider's record, where the write needed it already. */
    readonly current?: Unified | undefined
  },
) => Promise<{ readonly id: string }>

/** The problem that ends a function's call; thrown through the function, caught where it was called. */
class Ended extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}

/** A function's request as a draft: below the provider's base, or the integration's own; with the provider's headers. */
function draftOf(
  { provider, connection }: Target,
  { method, path, query = {}, headers, body }: FunctionRequest,
): Draft {
  const slots = { connection: connection.config }
  const fill = (template: unknown, place: 'url' | 'header') =>
    compileFill(template, '', { place, report: () => {} })(slots)
  const common = fill(provider.headers ?? {}, 'header')
  const below = fill(splitBase(provider.base).path, 'url')
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [queryText(name, value)]))
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : ''
  return {
    method,
    url: `${originOf({ provider, connection }) ?? ''}${below === DROP ? '' : below}${path}${search}`,
    headers: {
      accept: 'application/json',
      ...(common === DROP ? {} : (common as Record<string, string>)),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

function contextOf(
  parts: Gateway,
  caller: Caller,
  target: Target,
  trace: Trace,
  verb: 'list' | WriteVerb,
): VerbContext {
  const { mapping } = target
  const end = (failure: Failure): never => {
    throw new Ended(failure)
  }
  return {
    async send(request) {
      const draft = draftOf(target, request)
      const sent = await exchange(parts, target, draft, trace, caller, request.method === 'GET')
      if ('failure' in sent) return end(sent.failure)
      const refused = mapping.refuse(sent.answer, verb)
      return refused ? end(refused) : sent.answer.body
    },
    async request(name, ask) {
      const compiled = mapping.verbs[name]
      if (!compiled?.hasRequest) return end(fail('unsupported-verb', { provider: mapping.provider }).failure)
      const made = compiled.build({
        ...ask,
        select: mapping.select(undefined),
        ...reachOf(target),
      })
      if ('refused' in made) return end(made.refused)
      const sent = await exchange(parts, target, made.draft, trace, caller, repeatable(name, made.draft))
      if ('failure' in sent) return end(sent.failure)
      const read = compiled.read(sent.answer)
      return 'refused' in read ? end(read.refused) : (read.record ?? sent.answer.body)
    },
    read: record => mapping.reader(undefined)(record, []),
    write: (input, writeVerb, current) => mapping.write(input, writeVerb, current),
    segment(value) {
      const made = segment(value)
      if (typeof made === 'string') return made
      return end(fail('invalid-field', { provider: mapping.provider, detail: `"${value}" is no id.` }).failure)
    },
    async step({ done, doing }, act) {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof Ended)) throw error
        const { failure } = error
        const before = done.length > 0 ? `Already done: ${done.join(', ')}.` : 'Nothing was written.'
        return end({
          ...failure,
          code: failure.code === 'record-not-found' ? 'provider-rejected' : failure.code,
          detail: `${before} Not done: ${doing}.${failure.detail ? ` ${failure.detail}` : ''}`,
        })
      }
    },
    fail: (code, detail) => end(fail(code, { provider: mapping.provider, detail }).failure),
  }
}

/** Runs a verb's function; what it throws on purpose comes back as a value, a bug of its own stays a bug. */
export async function callFunction<T>(
  given: { parts: Gateway; caller: Caller; target: Target; trace: Trace },
  name: string,
  verb: 'list' | WriteVerb,
  call: (run: never, context: VerbContext) => Promise<T>,
): Promise<Outcome<T>> {
  const { parts, caller, target, trace } = given
  const run = await parts.catalogue.action(target.mapping.provider, name)
  if (typeof run !== 'function')
    return fail('action-not-found', {
      provider: target.mapping.provider,
      detail: `There is no action function "${name}".`,
    })
  try {
    return { ok: true, value: await call(run as never, contextOf(parts, caller, target, trace, verb)) }
  } catch (error) {
    if (error instanceof Ended) return { ok: false, failure: error.failure }
    throw error
  }
}
