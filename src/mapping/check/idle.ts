// Settings that do nothing: what could be left out, or is misspelt.
import type { Model } from '../../models/index.ts'
import { down } from '../../problem/pointer.ts'
import { type ExpandedFile, expandFile, listsOf } from '../expand.ts'
import { entry, isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import type { ModelFile, ProviderFile } from '../schema/index.ts'
import { checkIn } from './enums.ts'

/** A model whose file has the right shape. */
export interface Shaped {
  readonly model: Model
  readonly file: ModelFile
}
type Json = Record<string, unknown>

/** All that the models are, written out; where nothing changes when a setting does, the setting does nothing. */
function written(provider: ProviderFile, models: readonly Shaped[]): string {
  return JSON.stringify(
    models.map(({ model, file }) => {
      const {
        object: _,
        queried_as: __,
        ...rest
      } = expandFile({ provider, model, file, overrides: {}, report: () => {} })
      return rest
    }),
  )
}

/** Another value for a setting: longer texts, and without what is only on or off. */
function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value}~`
  if (Array.isArray(value)) return value.map(other)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, other(inner)]))
  return undefined
}

/** The same object with another value at a path of keys. */
function changed<T>(root: T, [key, ...keys]: readonly string[]): T {
  if (key === undefined) return other(root) as T
  const object = root as Json
  return { ...object, [key]: changed(object[key], keys) } as T
}

/** The keys of a part of the dialect that are the format's own: each could do nothing by itself. */
function keysBelow(key: string, value: unknown): string[][] {
  // Below these the provider's own words stand, which belong together.
  if (!isObject(value) || key === 'in' || key === 'directions') return []
  return Object.entries(value).flatMap(([inner, below]) =>
    inner === 'escapes' && isObject(below) ? Object.keys(below).map(type => [inner, type]) : [[inner]],
  )
}

/** The names of the shared requests that a model uses. */
function requestNames({ list, get, create, update, delete: remove }: ModelFile): string[] {
  return [list, get, create, update, remove].flat().flatMap(one => {
    if (typeof one === 'string') return [one]
    return isObject(one) && typeof one.request === 'string' ? [one.request] : []
  })
}

/** Reports the parts of `provider.json` that no model uses. */
export function checkShared(provider: ProviderFile, models: readonly Shaped[], report: Report): void {
  const used = new Set(models.flatMap(({ file }) => requestNames(file)))
  for (const name of Object.keys(provider.requests ?? {}))
    if (!used.has(name)) report(down('/requests', name), `no model uses the request "${name}"`)
  const before = written(provider, models)
  const isIdle = (path: readonly string[]) => written(changed(provider, path), models) === before
  const tell = (path: readonly string[]) =>
    report(path.reduce<string>(down, ''), `does nothing: no model uses \`${path.at(-1)}\``)
  for (const key of ['select', 'describe']) if (key in provider && isIdle([key])) tell([key])
  for (const [key, value] of Object.entries(provider.dialect ?? {})) {
    const path = ['dialect', key]
    if (isIdle(path)) tell(path)
    else for (const below of keysBelow(key, value)) if (isIdle([...path, ...below])) tell([...path, ...below])
  }
}

/** Reports names under which no filter and no sort asks, and an `object` that no request holds. */
function checkNaming(provider: ProviderFile, shaped: Shaped, report: Report): void {
  const { file, model } = shaped
  const before = written(provider, [shaped])
  for (const [field, path] of Object.entries(file.queried_as ?? {})) {
    const { [field]: _, ...left } = file.queried_as!
    if (written(provider, [{ model, file: { ...file, queried_as: left } }]) !== before) continue
    const known = Object.keys(model.fields)
    report(
      down('/queried_as', field),
      entry(model.fields, field.split('.')[0]!) === undefined
        ? `no field "${field}" in the model; ${nearest(field, known)}`
        : `does nothing: no filter or sort asks for "${field}" by its name, or its row says "${path}" already`,
    )
  }
  const { object, ...nameless } = file
  if (object !== undefined && written(provider, [{ model, file: nameless }]) === before)
    report('/object', `does nothing: no request of provider.json that the model uses holds {object}`)
}

/** Reports words of a list request that none of its filters or sorts takes. */
function checkWords(file: ExpandedFile, provider: ProviderFile, report: Report): void {
  for (const [i, list] of listsOf(file).entries()) {
    const at = Array.isArray(file.list) ? `/list/${i}` : '/list'
    const { filters = {}, sorts = {}, directions, and } = list
    // The dialect’s own words come with every list that names a filter or a sort.
    if (directions && directions !== provider.dialect?.directions && !JSON.stringify(sorts).includes('{direction}'))
      report(`${at}/directions`, 'does nothing: no sort of this request holds {direction}')
    const isText = (spec: unknown): boolean => {
      const clause = isObject(spec) ? spec.clause : spec
      return typeof clause === 'string' || (isObject(clause) && Array.isArray(clause.text))
    }
    if (and !== undefined && and !== provider.dialect?.and && !Object.values(filters).some(isText))
      report(`${at}/and`, 'does nothing: no filter of this request is a text')
  }
}

/** Reports an `id` of a write whose answer holds the whole record: it is read from there. */
function checkId({ fields, create, update }: ExpandedFile, report: Report): void {
  const own = typeof fields.id === 'string' ? fields.id : undefined
  for (const [verb, spec] of Object.entries({ create, update })) {
    if (spec?.id === undefined || spec.read_back || spec.hook !== undefined || own === undefined) continue
    if (spec.id === [spec.record ?? '', own].filter(Boolean).join('.'))
      report(`/${verb}/id`, `does nothing: the answer is the record, which has its id`)
  }
}

/** Reports the settings of one model that do nothing. */
export function checkIdle(provider: ProviderFile, shaped: Shaped, expanded: ExpandedFile, report: Report): void {
  checkNaming(provider, shaped, report)
  checkWords(expanded, provider, report)
  checkIn(expanded, shaped.model, report)
  checkId(expanded, report)
}
