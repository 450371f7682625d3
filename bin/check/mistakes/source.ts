// Mistakes in the files as they are written: in what provider.json shares, and in the names by which a model uses it.
import type { Folder } from '../../../src/mapping/check/index.ts'
import { isObject } from '../../../src/mapping/path.ts'
import { METHODS } from '../../../src/mapping/request.ts'
import type { Fixture } from '../../../src/mapping/schema/fixture.ts'
import { down } from '../../../src/problem/pointer.ts'
import { expandedOf, type Json, type Spoilt, typo } from './plant.ts'
import { type Spoil, spoils } from './spoil.ts'

type Keys = readonly (string | number)[]

/** A copy with one place edited: its holder and its last key. */
function edited<T>(root: T, keys: Keys, edit: (holder: Json, key: string) => void): T {
  const copy = structuredClone(root)
  const holder = keys.slice(0, -1).reduce<unknown>((value, key) => (value as Json)[key], copy)
  edit(holder as Json, String(keys.at(-1)))
  return copy
}
const pointerOf = (keys: Keys): string => keys.reduce<string>(down, '')

/** Every place below a node, the node itself left out. */
function placesIn(node: unknown, at: Keys = []): { keys: Keys; value: unknown }[] {
  const inside = Array.isArray(node) ? [...node.entries()] : isObject(node) ? Object.entries(node) : []
  return inside.flatMap(([key, value]) => [{ keys: [...at, key], value }, ...placesIn(value, [...at, key])])
}

/** All that the models are, written out: a mistake that leaves it as it was is none. */
const written = (folder: Folder): string => JSON.stringify(expandedOf(folder))

/** Each key of `dialect` and of `requests` spoilt in each way that suits it. */
function inProvider(folder: Folder): Spoilt[] {
  const provider = folder.provider as Json
  const before = written(folder)
  return (['dialect', 'requests'] as const).flatMap(top =>
    placesIn(provider[top]).flatMap(({ keys, value }) =>
      spoils([top, ...keys], value).flatMap(({ kind, edit }: Spoil): Spoilt[] => {
        const spoilt = { ...folder, provider: edited(provider, [top, ...keys], edit) }
        if (keys.at(-1) === 'read_back' && !isAnswered(folder, provider[top] as Json, String(keys[0]))) return []
        const at = `provider.json#${pointerOf([top, ...keys])}`
        return isWithoutEffect(spoilt, before) ? [] : [{ kind: `${top}: ${kind}`, at, folder: spoilt, good: folder }]
      }),
    ),
  )
}
/** Whether a fixture's reply to a write has a body: one without is read back anyway, with or without `read_back`. */
function isAnswered(folder: Folder, requests: Json, name: string): boolean {
  const method = METHODS.find(one => one in (requests[name] as Json))?.toUpperCase()
  return Object.values(folder.fixtures as Record<string, Fixture>).some(({ exchanges }) =>
    exchanges.some(({ request, reply }) => request.method === method && reply.status < 300 && reply.body !== undefined),
  )
}
/** What cannot even be written out changes something. */
function isWithoutEffect(spoilt: Folder, before: string): boolean {
  try {
    return written(spoilt) === before
  } catch {
    return false
  }
}

const withModel = (folder: Folder, name: string, file: unknown): Folder => ({
  ...folder,
  models: { ...folder.models, [name]: file },
})

/** Names that a model gives: of filters, sorts, requests, its object, and of what it asks for under another name. */
function inModel(folder: Folder, name: string): Spoilt[] {
  const file = folder.models[name] as Json
  const plant = (kind: string, keys: Keys, edit: (holder: Json, key: string) => void): Spoilt => ({
    kind,
    at: `${name}.json#${pointerOf(keys)}`,
    folder: withModel(folder, name, edited(file, keys, edit)),
    good: folder,
  })
  const misspelt = (kind: string, keys: Keys): Spoilt =>
    plant(kind, keys, (holder, key) => {
      holder[key] = typo(String(holder[key]))
    })
  const lists = [file.list ?? []].flat().map((list, i) => ({
    list,
    at: Array.isArray(file.list) ? (['list', i] as Keys) : (['list'] as Keys),
  }))
  const names = lists.flatMap(({ list, at }) =>
    (['filters', 'sorts'] as const).flatMap(kind =>
      (isObject(list) && Array.isArray(list[kind]) ? list[kind] : []).flatMap((one, i) =>
        typeof one === 'string' ? [misspelt(`misspelt name in a list of ${kind}`, [...at, kind, i])] : [],
      ),
    ),
  )
  const requests = [...lists.map(({ at }) => at), ['get'], ['create'], ['update'], ['delete']].flatMap(at => {
    const one = at.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], file)
    if (typeof one === 'string') return [misspelt('misspelt name of a request', at)]
    return isObject(one) && typeof one.request === 'string'
      ? [misspelt('misspelt name of a request', [...at, 'request'])]
      : []
  })
  const queried = Object.keys((file.queried_as as Json | undefined) ?? {}).flatMap(field => [
    misspelt('`queried_as` misspelt', ['queried_as', field]),
    plant('`queried_as` missing', ['queried_as', field], (holder, key) => delete holder[key]),
  ])
  const object = file.object === undefined ? [] : [misspelt('wrong `object`', ['object'])]
  return [...names, ...requests, ...queried, ...object]
}

/** Mistakes in the files as they are written. */
export const sourceMistakes = (folder: Folder): Spoilt[] => [
  ...inProvider(folder),
  ...Object.keys(folder.models).flatMap(name => inModel(folder, name)),
]
