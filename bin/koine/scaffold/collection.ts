// Which paths of a specification are a model's: where its records are listed, made, read and changed.
import type { Model } from '../../../src/models/index.ts'
import { listIn } from './record-place.ts'
import { type Method, type Operation, type Specification, successOf } from './specification.ts'
import { plain, wordsOf } from './words.ts'

/** The operations on one kind of record. */
export interface Collection {
  readonly spec: Specification
  readonly path: string
  /** The path of one record, with the name of its parameter. */
  readonly item: Item | undefined
  readonly on: Partial<Record<Method, Operation>>
  readonly onItem: Partial<Record<Method, Operation>>
  /** What answers a list: a GET of the path, else a search by POST below it. */
  readonly list: Operation | undefined
  /** Whether the word is one that means the model, not one that may. */
  readonly isStrong: boolean
  /** Position of the word among those of the model. */
  readonly rank: number
}
interface Item {
  readonly path: string
  readonly parameter: string
}

/** `/people/{id}`, `/people/{id}/`, `/people({id})`: the path of one record of a collection. */
const ITEM = /^(.*?)(?:\/\{([^{}]+)\}|\(\{([^{}]+)\}\))\/?$/
const segments = (path: string): string[] => path.split('/').filter(Boolean)
export const parametersOf = (path: string): string[] => [...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1]!)

/** The last segment of a path as a word; nothing for a path that ends in a parameter. */
const wordOf = (path: string): string => {
  const last = segments(path).at(-1) ?? ''
  return last.includes('{') ? '' : plain(last.replace(/\.json$/, ''))
}
const trimmed = (path: string): string => path.replace(/\/$/, '')

/** The paths of a specification by what they are paths of. */
interface Paths {
  readonly spec: Specification
  readonly operations: ReadonlyMap<string, readonly Operation[]>
  readonly items: ReadonlyMap<string, Item>
}
function pathsOf(spec: Specification): Paths {
  const operations = Map.groupBy(spec.operations, operation => operation.path)
  const items = new Map<string, Item>()
  for (const path of operations.keys()) {
    const [, above, a, b] = ITEM.exec(path) ?? []
    const known = above === undefined ? undefined : items.get(trimmed(above))
    const size = (at: string) => operations.get(at)!.length
    // Of two paths of one record, by its id and by its number, the one on which more can be done.
    if (above !== undefined && (!known || size(path) > size(known.path)))
      items.set(trimmed(above), { path, parameter: (a ?? b)! })
  }
  return { spec, operations, items }
}

function collectionAt({ spec, operations, items }: Paths, path: string, model: Model): Collection | undefined {
  const methods = (at: string | undefined): Partial<Record<Method, Operation>> =>
    Object.fromEntries((at === undefined ? [] : (operations.get(at) ?? [])).map(one => [one.method, one]))
  const given = operations.has(path) || !operations.has(`${path}/`) ? path : `${path}/`
  const item = items.get(path)
  const on = methods(given)
  const answersList = (one: Operation | undefined) =>
    one !== undefined && listIn(spec, successOf(one).content?.schema, model) !== undefined
  const searches = ['query', 'search', 'list'].map(name => methods(`${path}/${name}`).post)
  const list = [on.get, ...searches].find(answersList)
  if (!list && !item && !on.post) return undefined
  const { strong, weak } = wordsOf(model)
  const rank = [...strong, ...weak].indexOf(wordOf(path))
  return { spec, path: given, item, on, onItem: methods(item?.path), list, isStrong: rank < strong.length, rank }
}

const collectionsIn = (spec: Specification, model: Model): Collection[] => {
  const paths = pathsOf(spec)
  const all = new Set([...[...paths.operations.keys()].map(trimmed), ...paths.items.keys()])
  const { strong, weak } = wordsOf(model)
  return [...all]
    .filter(path => [...strong, ...weak].includes(wordOf(path)))
    .flatMap(path => collectionAt(paths, path, model) ?? [])
}

/** The values of a path's parameters in a path that a person wrote; undefined where it is another path. */
function filledBy(template: string, path: string): Record<string, string> | undefined {
  const [theirs, given] = [segments(template), segments(path)]
  if (theirs.length !== given.length) return undefined
  const isSame = theirs.every((one, i) => one === given[i] || /^\{[^{}]+\}$/.test(one))
  return isSame
    ? Object.fromEntries(theirs.flatMap((one, i) => (one === given[i] ? [] : [[one.slice(1, -1), given[i]!]])))
    : undefined
}

/** The collection at a path that a person chose; parameters may be filled: `/objects/people` for `/objects/{type}`. */
function chosenIn(spec: Specification, model: Model, chosen: string): Collection | undefined {
  const paths = pathsOf(spec)
  const all = [...new Set([...paths.operations.keys(), ...paths.items.keys()])]
  const path = all.find(one => trimmed(one) === trimmed(chosen)) ?? all.find(one => filledBy(one, chosen))
  const found = path === undefined ? undefined : collectionAt(paths, trimmed(path), model)
  if (!found || path === undefined) return undefined
  const values = filledBy(path, chosen) ?? {}
  const fill = (text: string): string => text.replace(/\{([^{}]+)\}/g, (whole, name: string) => values[name] ?? whole)
  const filled = (one: Operation | undefined) => one && { ...one, path: fill(one.path) }
  const each = (all: Collection['on']): Collection['on'] =>
    Object.fromEntries(Object.entries(all).map(([method, one]) => [method, filled(one)!]))
  return {
    ...found,
    path: fill(found.path),
    item: found.item && { ...found.item, path: fill(found.item.path) },
    on: each(found.on),
    onItem: each(found.onItem),
    list: filled(found.list),
  }
}

/** How many of list, get, create, update and delete a collection has not. */
const missing = ({ list, on, onItem }: Collection): number =>
  [list, onItem.get, on.post ?? on.put, onItem.patch ?? onItem.put ?? onItem.post, onItem.delete].filter(one => !one)
    .length
/** What makes one collection likelier than another, in order; smaller is likelier. */
const weight = (one: Collection): number[] => [
  one.list ? 0 : 1,
  // Only a list: a search, an export, the records of something else.
  missing(one) >= 4 ? 1 : 0,
  parametersOf(one.path).length,
  one.isStrong ? 0 : 1,
  missing(one),
]
function compared(a: Collection, b: Collection): number {
  const [first, second] = [weight(a), weight(b)]
  const i = first.findIndex((n, at) => n !== second[at])
  if (i >= 0) return first[i]! - second[i]!
  // The same word twice: the shorter path, then the later version.
  const byLength = segments(a.path).length - segments(b.path).length
  return byLength || a.rank - b.rank || b.path.localeCompare(a.path, 'en', { numeric: true })
}
const isTie = (a: Collection, b: Collection): boolean => String(weight(a)) === String(weight(b))

/** What a specification offers for a model: one collection, several that are as likely, or none. */
export type Found =
  | { readonly type: 'one'; readonly collection: Collection; readonly others: readonly string[] }
  | { readonly type: 'several'; readonly paths: readonly string[] }
  | { readonly type: 'none' }

/** Finds the collection of a model, the likeliest; `chosen` is the path of a person's choice. */
export function findCollection(specs: readonly Specification[], model: Model, chosen?: string): Found {
  if (chosen !== undefined) {
    const [collection] = specs.flatMap(spec => chosenIn(spec, model, chosen) ?? [])
    return collection ? { type: 'one', collection, others: [] } : { type: 'none' }
  }
  const all = specs.flatMap(spec => collectionsIn(spec, model)).sort(compared)
  const [best] = all
  if (!best) return { type: 'none' }
  const tied = all.filter(one => isTie(one, best))
  const words = new Map(tied.toReversed().map(one => [wordOf(one.path).replace(/s$/, ''), one.path]))
  if (words.size > 1) return { type: 'several', paths: [...words.values()].reverse() }
  const others = all.filter(one => one !== best && one.isStrong && missing(one) < 3).map(one => one.path)
  return { type: 'one', collection: best, others: others.slice(0, 3) }
}

/** A parameter that says what kind of records is meant: `/objects/{object}/records`. */
const KIND = /\{[^{}]*(object|module|resource|entity|type|table)[^{}]*\}/i

/** Paths that serve records of any kind by a name in them: what may be chosen where no path is called as the model is. */
export const openPaths = (specs: readonly Specification[], model: Model): string[] =>
  specs.flatMap(spec => {
    const paths = pathsOf(spec)
    return [...paths.items.keys()].filter(path => {
      const found = KIND.test(path) ? collectionAt(paths, path, model) : undefined
      return found !== undefined && missing(found) < 2
    })
  })
