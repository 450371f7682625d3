import { basePathOf, originOf, placeholdersOf, sendJson } from '../backends/index.ts'
import type { HookCalls, HookContext, HookOf, HookRequest, HookType } from '../hooks/index.ts'
import type { Verb } from '../mapping/errors.ts'
import { segment } from '../mapping/escape.ts'
import { isObject } from '../mapping/path.ts'
import { queryText } from '../mapping/template.ts'
import { done, type Failure, fail, type Outcome } from '../problem/index.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { createPending, type Pending } from './pending.ts'
import type { RecordContext, RecordServices } from './resolve.ts'
import { howOf } from './send-how.ts'

/** Ends a hook's call with a problem: thrown through the hook, and caught by `runHook`. */
class HookEnded extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}
const end = (failure: Failure): never => {
  throw new HookEnded(failure)
}

/** The request of a hook, with its path below the provider's `base`. */
function requestOf(context: RecordContext, { method, path, query = {}, headers, body }: HookRequest): ProviderRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [queryText(name, value)]))
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : ''
  return {
    method,
    url: `${originOf(context) ?? ''}${basePathOf(context)}${path}${search}`,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

function hookContextOf(
  services: RecordServices,
  context: RecordContext,
  { verb, pending }: { verb: Verb; pending: Pending },
): HookContext {
  const { mapping } = context
  const calls: Pick<HookContext, 'send' | 'request'> = {
    async send(request) {
      const sent = await sendJson(services, context, requestOf(context, request), {
        repeatable: request.method === 'GET',
      })
      if ('failure' in sent) return end(sent.failure)
      const refused = mapping.classifyError(sent.response, verb)
      return refused ? end(refused) : sent.response.body
    },
    async request(name, given) {
      const compiled = mapping.verbs[name]
      if (!compiled?.hasRequest) return end(fail('unsupported-verb', { provider: mapping.provider }).failure)
      const made = compiled.build({ ...given, select: mapping.select(undefined), ...placeholdersOf(context) })
      if ('refused' in made) return end(made.refused)
      const sent = await sendJson(services, context, made.request, howOf(name, made.request))
      if ('failure' in sent) return end(sent.failure)
      const read = compiled.read(sent.response, given)
      return 'refused' in read ? end(read.refused) : (read.record ?? sent.response.body)
    },
  }
  return {
    send: request => pending.begin(() => calls.send(request)),
    request: (name, given) => pending.begin(() => calls.request(name, given)),
    read: record => mapping.reader(undefined)(record, []),
    write: (input, writeVerb, current) => mapping.write(input, writeVerb, current),
    segment(value) {
      const made = segment(value)
      if (typeof made === 'string') return made
      return end(fail('invalid-field', { provider: mapping.provider, detail: `"${value}" is no id.` }).failure)
    },
    async step({ done: before, doing }, act) {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof HookEnded)) throw error
        const { failure } = error
        const written = before.length > 0 ? `Already done: ${before.join(', ')}.` : 'Nothing was written.'
        return end({
          ...failure,
          code: failure.code === 'record-not-found' ? 'provider-rejected' : failure.code,
          detail: `${written} Not done: ${doing}.${failure.detail ? ` ${failure.detail}` : ''}`,
        })
      }
    },
    fail: (code, detail) => end(fail(code, { provider: mapping.provider, detail }).failure),
  }
}

const isHook = <T extends HookType>(exported: unknown, type: T): exported is HookOf<T> =>
  isObject(exported) && exported.type === type && typeof exported.run === 'function'

/** A hook by its name, and the verb that it is called for. */
interface HookCall<T extends HookType> {
  readonly name: string
  readonly type: T
  readonly verb: Verb
}

/**
 * Runs the hook of a verb. The problem that it ends with is the outcome; what else it throws is a bug of the hook and
 * goes on. Fails where there is no such hook.
 */
export async function runHook<T extends HookType>(
  services: RecordServices,
  context: RecordContext,
  { name, type, verb }: HookCall<T>,
  query: HookCalls[T]['query'],
): Promise<Outcome<HookCalls[T]['answer']>> {
  const { provider } = context.mapping
  const hook = await services.catalogue.hook(provider, name)
  if (!isHook(hook, type))
    return fail('action-not-found', { provider, detail: `There is no hook "${name}" for ${verb}.` })
  const pending = createPending()
  try {
    return done(await hook.run(hookContextOf(services, context, { verb, pending }), query))
  } catch (error) {
    if (error instanceof HookEnded) return { ok: false, failure: error.failure }
    throw error
  } finally {
    // So that what it did not wait for ends before the call is answered, and before one says what had an effect.
    pending.close()
    await pending.settled()
  }
}
