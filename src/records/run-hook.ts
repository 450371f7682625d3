import { originOf, placeholdersOf, sendJson } from '../backends/index.ts'
import type { Hook, HookContext, HookRequest } from '../hooks/index.ts'
import { segment } from '../mapping/escape.ts'
import { splitBase } from '../mapping/request.ts'
import { compileFill, OMIT, queryText } from '../mapping/template.ts'
import { type Failure, fail, type Outcome } from '../problem/index.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { isRepeatable } from './repeatable.ts'
import type { RecordContext, RecordServices } from './resolve.ts'

/** The problem that ends a hook's call; thrown through the hook, caught where it was called. */
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

/** A hook's request, below the provider's base or the integration's own. */
function requestOf(context: RecordContext, { method, path, query = {}, headers, body }: HookRequest): ProviderRequest {
  const below = compileFill(splitBase(context.provider.base).path, '', { place: 'url', report: () => {} })({
    connection: context.connection.config,
  })
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [queryText(name, value)]))
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : ''
  return {
    method,
    url: `${originOf(context) ?? ''}${below === OMIT ? '' : below}${path}${search}`,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

function hookContextOf(
  services: RecordServices,
  context: RecordContext,
  verb: 'list' | 'get' | 'create' | 'update' | 'delete',
): HookContext {
  const { mapping } = context
  return {
    async send(request) {
      const sent = await sendJson(services, context, requestOf(context, request), request.method === 'GET')
      if ('failure' in sent) return end(sent.failure)
      const refused = mapping.classifyError(sent.response, verb)
      return refused ? end(refused) : sent.response.body
    },
    async request(name, ask) {
      const compiled = mapping.verbs[name]
      if (!compiled?.hasRequest) return end(fail('unsupported-verb', { provider: mapping.provider }).failure)
      const made = compiled.build({ ...ask, select: mapping.select(undefined), ...placeholdersOf(context) })
      if ('refused' in made) return end(made.refused)
      const sent = await sendJson(services, context, made.request, isRepeatable(name, made.request))
      if ('failure' in sent) return end(sent.failure)
      const read = compiled.read(sent.response, ask)
      return 'refused' in read ? end(read.refused) : (read.record ?? sent.response.body)
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
        if (!(error instanceof HookEnded)) throw error
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

const TYPE_OF = { list: 'list', get: 'get', create: 'write', update: 'write', delete: 'delete' } as const
type Run<V extends keyof typeof TYPE_OF> = Extract<Hook, { type: (typeof TYPE_OF)[V] }>['run']

/** The hook of a verb, and the verb that it is called for. */
interface HookCall<V extends keyof typeof TYPE_OF> {
  readonly name: string
  readonly verb: V
}

/** Runs a verb's hook; what it throws on purpose comes back as a value, a bug of its own stays a bug. */
export async function runHook<V extends keyof typeof TYPE_OF>(
  services: RecordServices,
  context: RecordContext,
  { name, verb }: HookCall<V>,
  query: Parameters<Run<V>>[1],
): Promise<Outcome<Awaited<ReturnType<Run<V>>>>> {
  const { provider } = context.mapping
  const hook = (await services.catalogue.hook(provider, name)) as Hook | undefined
  if (hook?.type !== TYPE_OF[verb])
    return fail('action-not-found', { provider, detail: `There is no hook "${name}" for ${verb}.` })
  try {
    const run = hook.run as (context: HookContext, query: unknown) => ReturnType<Run<V>>
    return { ok: true, value: await run(hookContextOf(services, context, verb), query) }
  } catch (error) {
    if (error instanceof HookEnded) return { ok: false, failure: error.failure }
    throw error
  }
}
