// Mistakes that the checks of names must tell without a fixture: what cannot be, and what does nothing.
import type { Folder } from '../../../src/mapping/check/index.ts'
import { type ExpandedFile, listsOf } from '../../../src/mapping/expand.ts'
import { isObject } from '../../../src/mapping/path.ts'
import { METHODS } from '../../../src/mapping/request.ts'
import type { ModelFile, ProviderFile } from '../../../src/mapping/schema/index.ts'
import { models } from '../../../src/models/index.ts'
import { batchMistakes } from './batch.ts'
import type { Json, Spoilt } from './plant.ts'

const copyOf = (folder: Folder): { provider: Json; models: Record<string, Json>; evidence: Record<string, Json> } =>
  structuredClone({
    provider: folder.provider as unknown as Json,
    models: folder.models as Record<string, Json>,
    evidence: folder.evidence as Record<string, Json>,
  })
type Copy = ReturnType<typeof copyOf>

/** A provider's folder with one edit made. */
const spoil = (folder: Folder, kind: string, at: string, edit: (copy: Copy) => void): Spoilt => {
  const copy = copyOf(folder)
  edit(copy)
  return { kind, at, folder: { ...folder, ...copy }, good: folder, isStatic: true }
}

function ofProvider(folder: Folder): Spoilt[] {
  const provider = folder.provider as ProviderFile
  const plant = (kind: string, place: string, edit: (file: Json) => void) =>
    spoil(folder, kind, `provider.json#${place}`, copy => edit(copy.provider))
  const { limits, requests, select, dialect } = provider
  return [
    plant('`base` ends in "/"', '/base', file => {
      file.base = `${file.base}/`
    }),
    plant('`base` is not on `hosts`', '/hosts', file => {
      file.hosts = ['api.elsewhere.example']
      file.base = String(file.base).replace(/^\{connection\.[^}]+\}/, 'https://api.other.example')
    }),
    ...(limits && 'like' in limits
      ? [
          plant('a `like` that never matches', '/limits/like', file => {
            ;(file.limits as Json).like = limits.like.replace(/\{(used|remaining)\}/, '')
          }),
          plant('a `like` that never matches', '/limits/like (name)', file => {
            ;(file.limits as Json).like = limits.like.replace(/\{(\w+)\w\}/, '{$1}')
          }),
        ]
      : []),
    ...(limits?.rates
      ? [
          plant('a rate that takes nothing', '/limits/rates/0', file => {
            const [rate] = (file.limits as { rates: Json[] }).rates
            rate!['requests' in rate! ? 'requests' : 'concurrent'] = 0
          }),
          plant('a rate that does nothing beside another', '/limits/rates', file => {
            const { rates } = file.limits as { rates: Json[] }
            rates.push(structuredClone(rates[0]!))
          }),
        ]
      : []),
    ...Object.entries(requests ?? {}).flatMap(([name, request]) => {
      const own = METHODS.find(method => method in request)!
      return [
        plant('a request with two methods', `/requests/${name}`, file => {
          const target = (file.requests as Record<string, Json>)[name]!
          target[own === 'post' ? 'get' : 'post'] = target[own]
        }),
      ]
    }),
    ...(requests
      ? [
          plant('a shared request that nothing uses', '/requests/unused', file => {
            const all = file.requests as Record<string, unknown>
            all.unused = structuredClone(Object.values(all)[0])
          }),
        ]
      : []),
    ...(dialect && !dialect.in
      ? [
          plant('a part of the dialect that nothing uses', '/dialect/in', file => {
            ;(file.dialect as Json).in = '{path} in ({value:single})'
          }),
        ]
      : []),
    ...(select?.under === undefined
      ? []
      : [
          plant('a custom path that the projection cannot ask for', '/describe/path', file => {
            ;(file.describe as Json).path = 'elsewhere.{name}'
          }),
        ]),
  ]
}

/** `written`: the folder of this model alone, with all written out, so that there is a place for a mistake in each request. */
function ofModel(folder: Folder, written: Folder, name: string): Spoilt[] {
  const model = models[name]!
  const file = folder.models[name] as ModelFile
  const plant = (kind: string, place: string, edit: (file: Json) => void) =>
    spoil(folder, kind, `${name}.json#${place}`, copy => edit(copy.models[name]!))
  const expanded = written.models[name] as ExpandedFile
  const plantWritten = (kind: string, place: string, edit: (file: Json) => void) =>
    spoil(written, kind, `${name}.json#${place}`, copy => edit(copy.models[name]!))
  const lists = listsOf(expanded)
  const listAt = (target: Json, i: number): Json => ([target.list].flat() as Json[])[i]!
  const unasked = Object.keys(model.fields).find(
    field => !Object.values(model.filters).some(asked => asked.split('.')[0] === field) && !model.sorts.includes(field),
  )!
  const enums = Object.entries(file.fields).filter(
    ([field, row]) => isObject(row) && 'enum' in row && 'options' in (model.fields[field] ?? {}),
  )
  return [
    ...enums.map(([field]) =>
      plant('an enum key that the model does not have', `/fields/${field}/enum`, target => {
        const row = (target.fields as Json)[field] as Json
        row.enum = { ...(row.enum as Json), opne: 'x' }
      }),
    ),
    ...(['get', 'create', 'update', 'delete'] as const)
      .filter(verb => expanded[verb])
      .flatMap(verb => {
        const method = METHODS.find(one => expanded[verb]![one] !== undefined)
        if (method === undefined) return []
        return [
          plantWritten('a request with two methods', `/${verb}`, target => {
            const spec = target[verb] as Json
            spec[method === 'post' ? 'get' : 'post'] = spec[method]
          }),
          plantWritten('{object} left in a request', `/${verb}`, target => {
            const spec = target[verb] as Json
            spec[method] = `${spec[method]}/{object}`
          }),
          plantWritten('a part of an id that is not joined', `/${verb}`, target => {
            const spec = target[verb] as Json
            spec[method] = `${spec[method]}/{id.1}`
          }),
          plantWritten('an `inject` that no row reads', `/${verb}/inject`, target => {
            ;(target[verb] as Json).inject = { nobody_reads_this: '{id}' }
          }),
        ]
      }),
    ...(expanded.create
      ? [
          plantWritten('a `like` that never matches', '/create/id/like', target => {
            ;(target.create as Json).id = { header: 'location', like: '…/records/' }
          }),
          plantWritten('a `like` that never matches', '/create/id/like (name)', target => {
            ;(target.create as Json).id = { header: 'location', like: '…/records/{ids}' }
          }),
        ]
      : []),
    ...batchMistakes(expanded).map(({ kind, verb, place, edit }) =>
      plantWritten(kind, place, target => {
        const request = target[verb] as Json
        edit(request.batch as Json, request)
      }),
    ),
    ...lists.flatMap((list, i) => [
      plantWritten('{filter.x} of an unknown filter', `/list/${i}/inject`, target => {
        listAt(target, i).inject = { id: '{filter.no_such_filter}' }
      }),
      ...Object.entries(isObject(list.filters) ? list.filters : {})
        .slice(0, 1)
        .map(([filter, spec]) =>
          plantWritten('`in` without several', `/list/${i}/filters/${filter}/in`, target => {
            const parts = typeof spec === 'string' ? { clause: spec } : spec
            ;(listAt(target, i).filters as Json)[filter] = { ...parts, in: 'x in ({value:word})' }
          }),
        ),
    ]),
    plant('`queried_as` of a field that nothing asks for', '/queried_as', target => {
      target.queried_as = { ...(target.queried_as as Json | undefined), [unasked]: 'somewhere' }
    }),
    ...["'*'", '*', "'a*'", ''].map(text =>
      spoil(folder, '`ignored` that hides everything', `${name}.evidence.json#/ignored ${text}`, copy => {
        const evidence = copy.evidence[name]!
        evidence.ignored = [...((evidence.ignored as string[] | undefined) ?? []), text]
      }),
    ),
  ]
}

/** Hooks and actions that cannot be loaded, or are something else. */
function ofCode(folder: Folder): Spoilt[] {
  const failing = async () => {
    throw new SyntaxError('Unexpected end of input')
  }
  const exporting = (value: unknown) => async () => ({ default: value })
  const plant = (kind: string, of: 'hooks' | 'actions', name: string, load: () => Promise<{ default: unknown }>) => ({
    kind,
    at: `${of}/${name}.ts`,
    folder,
    good: folder,
    isStatic: true as const,
    code: { [of]: { [name]: load } },
  })
  return [
    ...folder.hooks.flatMap(name => [
      plant('a hook that cannot be loaded', 'hooks', name, failing),
      plant(
        'a hook that is none',
        'hooks',
        name,
        exporting(() => {}),
      ),
      // The hooks of the product list and write.
      plant('a hook of another verb', 'hooks', name, exporting({ type: 'delete', run: async () => {} })),
    ]),
    ...folder.actions.flatMap(name => [
      plant('an action that cannot be loaded', 'actions', name, failing),
      plant('an action that is none', 'actions', name, exporting({ description: 'no createAction' })),
    ]),
  ]
}

/** Mistakes that the static checks must tell; `written` answers the folder of one model alone, with all written out. */
export const settingMistakes = (folder: Folder, written: (model: string) => Folder): Spoilt[] => [
  ...ofProvider(folder),
  ...Object.keys(folder.models).flatMap(name => ofModel(folder, written(name), name)),
  ...ofCode(folder),
]
