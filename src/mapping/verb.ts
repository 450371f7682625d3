import { type Failure, fail } from '../problem/index.ts'
import { down } from '../problem/pointer.ts'
import type { ProviderResponse } from '../provider/json-response.ts'
import type { ProviderRequest } from '../provider/provider-request.ts'
import { type CompiledBatch, compileBatch } from './batch.ts'
import { matcher } from './errors.ts'
import type { ListParts } from './list.ts'
import { getter, isNothing, isObject, parsePath } from './path.ts'
import type { Report } from './report.ts'
import { type Build, compileRequest, TOO_LONG } from './request.ts'
import type { VerbRequest } from './schema/index.ts'
import { compileFill, type Placeholders, type Selection } from './template.ts'

export type RecordVerb = 'get' | 'create' | 'update' | 'delete'
export const recordVerbs: readonly RecordVerb[] = ['get', 'create', 'update', 'delete']

/** What a request for one record is filled with. */
export interface VerbAsk {
  readonly id?: string | undefined
  /** The provider's record as the table wrote it. */
  readonly record?: Record<string, unknown> | undefined
  readonly current?: unknown
  readonly select?: Selection | undefined
  readonly connection: unknown
  readonly baseUrl?: string | undefined
  readonly passThrough?: Readonly<Record<string, unknown>> | undefined
  readonly idempotencyKey?: string | undefined
  /** The unified record of a create, for a path that holds one of its values. */
  readonly input?: Readonly<Record<string, unknown>> | undefined
}
/** A request for one record, and how its answer is read. */
export interface CompiledVerb {
  readonly spec: VerbRequest
  /** Whether the request itself asks for the provider's record first. */
  readonly needsCurrent: boolean
  /** Whether the request carries the caller's idempotency key to the provider. */
  readonly honoursKey: boolean
  /** Whether the record is read back whole after a write, whatever the response holds. */
  readonly readsBack: boolean
  /** Whether the mapping names a request, beside or instead of a hook. */
  readonly hasRequest: boolean
  /** The provider's own request for several records at once, where it has one. */
  readonly batch: CompiledBatch | undefined
  build(ask: VerbAsk): { request: ProviderRequest } | { refused: Failure }
  /** What the answer is, if no failure: the provider's record where it has one, and the id where it has that. */
  read(
    response: ProviderResponse,
    ask: Pick<VerbAsk, 'id' | 'input'>,
  ): { record: Record<string, unknown> | undefined; id: string | undefined } | { refused: Failure }
}

/** The text between the literals of `…/employees/{id}`. */
function likeId(pattern: string, text: string): string | undefined {
  const [before = '', after = ''] = pattern.replace(/^…/, '').split('{id}')
  const start = text.lastIndexOf(before)
  if (start < 0) return undefined
  const rest = text.slice(start + before.length)
  const end = after ? rest.indexOf(after) : rest.length
  if (end <= 0) return undefined
  try {
    return decodeURIComponent(rest.slice(0, end))
  } catch {
    return undefined
  }
}

function compileId(
  spec: VerbRequest,
  pointer: string,
  report: Report,
): (response: ProviderResponse) => string | undefined {
  const { id } = spec
  if (id === undefined) return () => undefined
  if (typeof id === 'object') return response => likeId(id.like, response.headers.get(id.header) ?? '')
  const path = parsePath(id)
  if (!path) report(down(pointer, 'id'), `not a path: ${id}`)
  const get = getter(path ?? [])
  return response => {
    const value = get(response.body)
    return isNothing(value) || typeof value === 'object' ? undefined : String(value)
  }
}

/** Compiles the request of one verb. */
export function compileVerb(verb: RecordVerb, spec: VerbRequest, parts: ListParts): CompiledVerb {
  const { id: provider, file, report, classifyError } = parts
  const pointer = `/${verb}`
  const build: Build | undefined = compileRequest(spec, parts.provider, pointer, report)
  if (!build && spec.hook === undefined) report(pointer, 'the request names neither a method with its path nor a hook')
  const path = parsePath(spec.record ?? '')
  if (!path) report(down(pointer, 'record'), `not a path: ${spec.record}`)
  const recordAt = getter(path ?? [])
  const idOf = compileId(spec, pointer, report)
  const inject = spec.inject && compileFill(spec.inject, down(pointer, 'inject'), { place: 'body', report })
  const skip = file.exclude && matcher(file.exclude)
  const notFound = (): { refused: Failure } => ({ refused: fail('record-not-found', { provider }).failure })
  return {
    spec,
    needsCurrent: JSON.stringify(spec).includes('{current.'),
    honoursKey: JSON.stringify(spec.headers ?? {}).includes('{idempotency_key}'),
    readsBack: spec.read_back === true,
    hasRequest: build !== undefined,
    batch: spec.batch && compileBatch(verb, spec.batch, parts),
    build(ask) {
      const values: Placeholders = {
        id: ask.id,
        record: ask.record,
        written: ask.record && Object.keys(ask.record).join(','),
        current: ask.current,
        select: ask.select,
        connection: ask.connection,
        idempotency_key: ask.idempotencyKey,
        input: ask.input,
      }
      const made = build!(values, { baseUrl: ask.baseUrl, ...(ask.passThrough && { passThrough: ask.passThrough }) })
      if (!('unfilled' in made)) return made
      const { placeholder, wants } = made.unfilled
      if (placeholder === TOO_LONG)
        return {
          refused: fail('invalid-field', { provider, detail: `The provider takes a form, here of ${wants}.` }).failure,
        }
      // Of what these requests are filled with, only the id is a caller's own text.
      return notFound()
    },
    read(response, ask) {
      const refused = classifyError(response, verb)
      if (refused) return { refused }
      if (verb === 'delete') return { record: undefined, id: undefined }
      const value = isNothing(response.body) ? undefined : recordAt(response.body)
      const injected = inject?.({ id: ask.id, input: ask.input })
      const own = isObject(value) && !skip?.(value) ? value : undefined
      const record = own && isObject(injected) ? { ...own, ...injected } : own
      if (verb === 'get' && !record) {
        // Nothing at all, or a deleted record's stub, is not found; text where an object was due is no answer.
        return isObject(response.body) || isNothing(response.body)
          ? notFound()
          : { refused: fail('provider-answer-unreadable', { provider }).failure }
      }
      // An id that carries its parent is read as any field: from the record, with what was laid into it.
      const id = idOf(response) ?? (inject && record ? parts.reader(['id'])(record, []).id : undefined)
      return { record, id: id === undefined ? undefined : String(id) }
    },
  }
}
