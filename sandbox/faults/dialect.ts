import { expandFile, listsOf } from '../../src/mapping/expand.ts'
import { getter, isObject, type Path, parsePath } from '../../src/mapping/path.ts'
import type { ProviderFile } from '../../src/mapping/schema/index.ts'
import { models as known } from '../../src/models/index.ts'
import type { StubFiles } from '../stub/index.ts'
import { refusalsOf } from '../stub/refusal.ts'
import type { StubReply } from '../stub/request.ts'
import { singleOf } from '../stub/rows.ts'

type Json = Record<string, unknown>
/** What a refusal is about: too much haste, a failure of the provider's own, or anything in the request. */
export type Reason = 'hasty' | 'failed' | 'refused'

/** As much of a provider's dialect as a fault needs in order to lie in it. */
export interface Dialect {
  refusal(reason: Reason): StubReply
  /** A refusal under a status of success; undefined where the provider has no such. */
  readonly refusalIn200: StubReply | undefined
  /** Headers that say that the account's budget is spent for that many seconds, as far as the provider has such. */
  spent(seconds: number): Readonly<Record<string, string>>
  /** The list in an answer's body. */
  listIn(body: unknown): unknown[] | undefined
  /** Every record in an answer's body. */
  recordsIn(body: unknown): Json[]
  /** Members of a record that hold its id. */
  readonly ids: ReadonlySet<string>
}

const said = { hasty: 'Too many requests', failed: 'Something went wrong here', refused: 'The request was refused' }
const words = { hasty: 'rate-limited', failed: 'provider-down', refused: 'invalid' } as const

function spentBy(limits: ProviderFile['limits'], seconds: number): Record<string, string> {
  if (!limits) return {}
  if ('header' in limits)
    return {
      [limits.header]: limits.like
        .replace(/\{(used|limit)\}/g, '100')
        .replace('{remaining}', '0')
        .replace('{reset}', String(seconds)),
    }
  const { remaining, limit, reset, window } = limits
  const number = (format: string) =>
    String(Math.ceil(seconds + (format.startsWith('unix') ? Date.now() / 1000 : 0)) * (/milli/.test(format) ? 1000 : 1))
  return {
    ...(limit !== undefined && { [limit]: '100' }),
    ...(remaining !== undefined && { [remaining]: '0' }),
    ...(reset && { [reset.header]: number(reset.format) }),
    ...(window && { [window.header]: number(window.format) }),
  }
}

/** The dialect of a provider, by its own mapping. */
export function dialectOf({ id, provider, models }: StubFiles): Dialect {
  const refusals = refusalsOf(id, provider)
  const files = Object.entries(models).map(([name, file]) =>
    expandFile({ provider, model: known[name]!, file, overrides: {}, report: () => {} }),
  )
  const once = (paths: readonly (string | undefined)[]): Path[] =>
    [...new Set(paths.map(path => path ?? ''))].map(path => parsePath(path) ?? [])
  const lists = files.flatMap(listsOf)
  const listGets = once(lists.map(({ records }) => records)).map(getter)
  const elementGets = once(lists.map(({ record }) => record)).map(getter)
  const recordGets = once(
    files.flatMap(file => [file.get, file.create, file.update].flatMap(verb => (verb ? [verb.record] : []))),
  ).map(getter)
  const idRows = files.flatMap(({ fields: { id: row = '' } }) => {
    const { at, read = at } = singleOf(row) ?? {}
    return [read ?? []].flat()
  })
  const ids = new Set(once(idRows).map(path => String(path[0]?.key)))
  const isRecord = (value: unknown): value is Json => isObject(value) && [...ids].some(key => key in value)
  const listIn = (body: unknown) =>
    listGets.map(get => get(body)).find(list => Array.isArray(list)) as unknown[] | undefined
  return {
    refusal: reason => refusals.refuse(words[reason], said[reason], 'list'),
    refusalIn200: refusals.refuseIn200(said.refused),
    spent: seconds => spentBy(provider.limits, seconds),
    listIn,
    recordsIn(body) {
      const list = listIn(body)
      const found: unknown[] = list
        ? list.map(element => elementGets.map(get => get(element)).find(isRecord))
        : [recordGets.map(get => get(body)).find(isRecord)]
      return found.filter(isRecord)
    },
    ids,
  }
}
