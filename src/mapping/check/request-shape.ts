import type { Model } from '../../models/index.ts'
import { down } from '../../problem/pointer.ts'
import type { Mapping } from '../compile.ts'
import { type ExpandedFile, listsOf } from '../expand.ts'
import { entry, isObject, parsePath } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { METHODS, type RequestSpec } from '../request.ts'
import { kindOf, type ModelFile, type ProviderFile, type VerbRequest } from '../schema/index.ts'
import type { Table } from '../table.ts'
import { recordVerbs } from '../verb.ts'
import { checkRequestAddress } from './addresses.ts'
import type { Shaped } from './idle.ts'
import { texts } from './texts.ts'

/** A request of a model with its place in the expanded file. */
interface Placed {
  readonly pointer: string
  readonly spec: RequestSpec & { readonly inject?: Readonly<Record<string, string>> | undefined }
}

/** All requests of a model. */
const requestsOf = (file: ExpandedFile): Placed[] => [
  ...listsOf(file).map((spec, i) => ({ pointer: Array.isArray(file.list) ? `/list/${i}` : '/list', spec })),
  ...recordVerbs.flatMap(verb => (file[verb] ? [{ pointer: `/${verb}`, spec: file[verb] }] : [])),
  ...recordVerbs.flatMap(verb => (file[verb]?.batch ? [{ pointer: `/${verb}/batch`, spec: file[verb].batch }] : [])),
  ...(file.describe ? [{ pointer: '/describe', spec: file.describe }] : []),
]

const methodsOf = (spec: unknown): string[] => METHODS.filter(method => isObject(spec) && spec[method] !== undefined)

/**
 * More than one method, in a request itself or in what it is laid over: which one is meant cannot be told. What is laid
 * over has two itself is reported where it stands.
 */
export function checkMethods(own: unknown, under: unknown, pointer: string, report: Report): void {
  const [mine, theirs] = [methodsOf(own), methodsOf(under)]
  const all = [...new Set([...theirs, ...mine])]
  if (mine.length > 1 || (theirs.length === 1 && all.length > 1))
    report(pointer, `names ${all.length} methods, ${all.join(' and ')}: a request has one`)
}

/** The methods of the requests as the file has them, with what each is laid over. */
function checkAllMethods(provider: ProviderFile, file: ModelFile, report: Report): void {
  const sharedOf = (one: unknown) => isObject(one) && entry(provider.requests ?? {}, String(one.request))
  for (const [i, one] of [file.list ?? []].flat().entries())
    checkMethods(one, sharedOf(one), Array.isArray(file.list) ? `/list/${i}` : '/list', report)
  for (const verb of recordVerbs) {
    const [own, shared] = [file[verb], sharedOf(file[verb])]
    checkMethods(own, shared, `/${verb}`, report)
    const [batch, sharedBatch] = [own, shared].map(one => (isObject(one) ? one.batch : undefined))
    checkMethods(batch, sharedBatch, `/${verb}/batch`, report)
  }
  checkMethods(file.describe, provider.describe, '/describe', report)
}

/** How many parts an id has that carries its parent: 1 where it does not. */
function idParts({ byField }: Table): number {
  const spec = byField.get('id')?.spec
  const kind = spec === undefined ? undefined : kindOf(spec)
  const row = kind?.type === 'value' && typeof kind.row === 'object' ? kind.row : undefined
  return row?.join && row.with === ':' ? row.join.length : 1
}

const PART = /\{(id|filter|input)\.([^}:]+)(?::[a-z]+)?\}/g

/** What placeholders with a path name must be there: a part of the id, a filter, a field. */
function checkNames({ spec, pointer }: Placed, model: Model, parts: number, report: Report): void {
  texts(spec, pointer, (text, at) => {
    for (const [placeholder, root, path = ''] of text.matchAll(PART)) {
      const [name = ''] = path.split('.')
      if (root === 'id' && Number(name) >= parts)
        report(
          at,
          parts === 1
            ? `${placeholder}: the row \`id\` is not joined with ":"`
            : `${placeholder}: the row \`id\` has ${parts} parts, from 0`,
        )
      if (root === 'filter' && entry(model.filters, name) === undefined)
        report(at, `${placeholder}: no filter "${name}"; ${nearest(name, Object.keys(model.filters))}`)
      if (root === 'input' && entry(model.fields, name) === undefined)
        report(at, `${placeholder}: no field "${name}"; ${nearest(name, Object.keys(model.fields))}`)
    }
  })
}

/** What is laid into a record must be read from it. */
function checkInject({ spec, pointer }: Placed, { rows }: Table, report: Report): void {
  const read = [...new Set(rows.flatMap(row => row.reads).map(path => String(path[0]?.key ?? '')))].filter(Boolean)
  for (const name of Object.keys(spec.inject ?? {})) {
    const key = String(parsePath(name)?.[0]?.key ?? name)
    if (!read.includes(key))
      report(down(down(pointer, 'inject'), name), `no row reads "${name}"; ${nearest(name, read)}`)
  }
}

/** A header from which no id can be read. */
function checkLike({ id }: VerbRequest, pointer: string, report: Report): void {
  if (typeof id !== 'object') return
  const at = `${pointer}/id/like`
  const named = [...id.like.matchAll(/\{([^}]*)\}/g)].map(match => match[1]!)
  const other = named.find(name => name !== 'id')
  if (other !== undefined) report(at, `no placeholder {${other}} here; there is {id}`)
  else if (named.length !== 1) report(at, `"${id.like}" never matches: it needs {id} once`)
  // From the right, so that `…/employees/{id}` finds the last of several.
  else if (id.like.replace(/^…/, '').startsWith('{id}'))
    report(at, `"${id.like}" never matches: a text must stand before {id}`)
}

/** Rates of which one always holds when the other does. */
function checkRates({ limits }: ProviderFile, report: Report): void {
  const rates = limits?.rates ?? []
  const scopeOf = (rate: object) => ('scope' in rate ? rate.scope : 'connection')
  rates.forEach((rate, i) => {
    const idle = rates.some((other, j) => {
      if (i === j || scopeOf(other) !== scopeOf(rate)) return false
      if ('concurrent' in rate) return 'concurrent' in other && (other.concurrent < rate.concurrent || j < i)
      if ('concurrent' in other || other.requests > rate.requests || other.seconds < rate.seconds) return false
      return j < i || other.requests !== rate.requests || other.seconds !== rate.seconds
    })
    if (idle)
      report(`/limits/rates/${i}`, 'it does nothing: another rate never allows more, in a window as long or longer')
  })
}

/** The budget that a header tells needs what is left, or what is used of how much. */
export function checkLimits(provider: ProviderFile, report: Report): void {
  const { limits } = provider
  checkRates(provider, report)
  if (!limits || !('like' in limits)) return
  const known = ['used', 'limit', 'remaining', 'reset']
  const named = [...limits.like.matchAll(/\{([^}]*)\}/g)].map(match => match[1]!)
  const other = named.find(name => !known.includes(name))
  if (other !== undefined) report('/limits/like', `no placeholder {${other}} here; ${nearest(other, known)}`)
  else if (!named.includes('remaining') && !(named.includes('used') && named.includes('limit')))
    report('/limits/like', `"${limits.like}" never tells what is left: it needs {remaining}, or {used} and {limit}`)
}

/** `{object}` stands only in what models share. */
function checkObject({ spec, pointer }: Placed, report: Report): void {
  texts(spec, pointer, (text, at) => {
    if (text.includes('{object}'))
      report(
        at,
        '{object} is left in the request: it stands only in `requests`, `describe` and `dialect` of provider.json',
      )
  })
}

/** Reports what the compiler of the requests lets pass: names that nothing has, and requests that say two things. */
export function checkRequests(
  provider: ProviderFile,
  { model, file: source }: Shaped,
  { file, table }: Pick<Mapping, 'file' | 'table'>,
  report: Report,
): void {
  checkAllMethods(provider, source, report)
  const parts = idParts(table)
  for (const placed of requestsOf(file)) {
    checkRequestAddress(placed.spec, provider, placed.pointer, report)
    checkNames(placed, model, parts, report)
    checkInject(placed, table, report)
    checkObject(placed, report)
  }
  for (const [i, { page }] of listsOf(file).entries())
    for (const key of ['cursor', 'url'] as const)
      if (page?.[key] !== undefined && !parsePath(page[key]))
        report(`${Array.isArray(file.list) ? `/list/${i}` : '/list'}/page/${key}`, `not a path: ${page[key]}`)
  for (const verb of recordVerbs) if (file[verb]) checkLike(file[verb], `/${verb}`, report)
}
