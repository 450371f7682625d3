// Folds a model's file over its provider's: what `provider.json` says once is only named in the model's file.
import { type ExpandedFile, expandFile, type ListSpec } from '../../src/mapping/expand.ts'
import { isObject } from '../../src/mapping/path.ts'
import type { ListRequest, ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import type { Model } from '../../src/models/index.ts'

type Json = Record<string, unknown>
const isSame = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => isSame(one, b[i]))
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => isSame(a[key], b[key]))
}

/** What laid over `under` gives `whole`; undefined where `under` has something that `whole` has not. */
function difference(under: unknown, whole: unknown): unknown {
  if (!isObject(under) || !isObject(whole)) return whole
  if (Object.keys(under).some(key => under[key] !== undefined && whole[key] === undefined)) return undefined
  const out: Json = {}
  for (const [key, value] of Object.entries(whole)) {
    if (isSame(under[key], value)) continue
    if (!isObject(under[key]) || !isObject(value)) {
      out[key] = value
      continue
    }
    const inner = difference(under[key], value)
    if (inner === undefined) return undefined
    out[key] = inner
  }
  return out
}

/** The request as a name of the provider's, or laid over one, where that is shorter than to write it out. */
function foldRequest(spec: unknown, expand: (request: string) => unknown, names: readonly string[]): unknown {
  let best = spec
  for (const name of names) {
    const own = difference(expand(name), spec)
    if (!isObject(own)) continue
    const made = Object.keys(own).length === 0 ? name : { request: name, ...own }
    if (JSON.stringify(made).length < JSON.stringify(best).length) best = made
  }
  return best
}

/** Names for what the dialect writes just so; the rest stays written out. */
function foldNames(written: Json | undefined, expand: (name: string) => unknown): unknown {
  if (written === undefined) return undefined
  const out: unknown[] = []
  for (const [name, spec] of Object.entries(written)) {
    const made = expand(name)
    const full = typeof spec === 'string' ? { clause: spec } : spec
    if (made !== undefined && isSame(made, full)) out.push(name)
    else out.push({ [name]: spec })
  }
  return out.some(one => typeof one === 'string') ? out : written
}

/** Folds one model's file; what is not the same to the letter stays as it is. */
export function foldModel(provider: ProviderFile, model: Model, file: ModelFile): ModelFile {
  const expanded = (other: Partial<ModelFile>, faults: string[] = []): ExpandedFile =>
    expandFile({
      provider,
      model,
      file: { ...file, list: undefined, ...other } as ModelFile,
      overrides: {},
      report: (_, message) => faults.push(message),
    })
  const listWith = (list: string | ListRequest): ListSpec | undefined => {
    const faults: string[] = []
    const made = expanded({ list }, faults).list
    return faults.length === 0 ? (made as ListSpec) : undefined
  }
  const names = Object.keys(provider.requests ?? {})
  const { dialect = {} } = provider
  const foldList = (given: string | ListRequest): string | ListRequest => {
    if (typeof given === 'string' || given.request !== undefined || given.hook !== undefined) return given
    const { filters, sorts, and, directions, ...rest } = given
    const filterOf = (name: string) => (listWith({ filters: [name] })?.filters as Json | undefined)?.[name]
    const sortOf = (name: string) => listWith({ sorts: [name] })?.sorts?.[name]
    const requestWith = (name: string): unknown => {
      const { and: _, directions: __, ...shared } = listWith(name) ?? {}
      return shared
    }
    const request = foldRequest(rest, requestWith, names)
    const named = {
      ...(filters && { filters: foldNames(filters as Json, filterOf) }),
      ...(sorts && { sorts: foldNames(sorts as Json, sortOf) }),
    } as Pick<ListRequest, 'filters' | 'sorts'>
    const isNamed = Array.isArray(named.filters) || Array.isArray(named.sorts)
    const own = {
      ...(and !== undefined && !(isNamed && and === dialect.and) && { and }),
      ...(directions && !(isNamed && isSame(directions, dialect.directions)) && { directions }),
    }
    const more = { ...named, ...own }
    if (Object.keys(more).length === 0) return request as string | ListRequest
    return { ...(typeof request === 'string' ? { request } : (request as ListRequest)), ...more }
  }
  const out: Json = { ...file }
  if (file.list !== undefined)
    out.list = Array.isArray(file.list) ? file.list.map(foldList) : foldList(file.list as string | ListRequest)
  for (const verb of ['get', 'create', 'update', 'delete'] as const) {
    const spec = file[verb]
    if (spec === undefined || typeof spec === 'string' || spec.request !== undefined) continue
    out[verb] = foldRequest(spec, name => expanded({ [verb]: name })[verb], names)
  }
  if (isObject(file.describe) && provider.describe) {
    const shared = expanded({ describe: undefined }).describe
    const own = difference(shared, file.describe)
    if (isObject(own) && Object.keys(own).length === 0) delete out.describe
    else if (own !== undefined) out.describe = own
  }
  if (file.select && isSame(file.select, provider.select)) delete out.select
  return out as ModelFile
}
