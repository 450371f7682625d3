import { isObject } from '../../src/mapping/path.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema.ts'

type Json = Record<string, unknown>
/** The two files that a mistake is planted into. */
export interface Files {
  readonly file: ModelFile
  readonly provider: ProviderFile
}
/** One mistake at one place. */
export interface Planted extends Files {
  readonly at: string
}
/** A kind of mistake, planted at every place where it can be made. */
export interface Mistake {
  readonly kind: string
  plant(good: Files): Planted[]
}

/** Changes a copy of the files at one place. */
function change(good: Files, at: string, edit: (file: Json, provider: Json) => void): Planted {
  const copy = structuredClone(good)
  edit(copy.file as unknown as Json, copy.provider as unknown as Json)
  return { ...copy, at }
}
const walk = (node: unknown, visit: (holder: Json, key: string, at: string) => void, at = ''): void => {
  if (!isObject(node) && !Array.isArray(node)) return
  for (const [key, inner] of Object.entries(node)) {
    visit(node as Json, key, `${at}/${key}`)
    walk(inner, visit, `${at}/${key}`)
  }
}
/** One mistake for each place below a key of the model file that `edit` answers something else for. */
function everywhere(
  good: Files,
  under: readonly string[],
  edit: (value: unknown, key: string, at: string) => unknown,
): Planted[] {
  const out: Planted[] = []
  for (const top of under) {
    walk((good.file as unknown as Json)[top], (holder, key, at) => {
      const other = edit(holder[key], key, at)
      if (other === undefined || other === holder[key]) return
      const keys = at.slice(1).split('/')
      out.push(
        change(good, `/${top}${at}`, file => {
          const owner = keys.slice(0, -1).reduce<unknown>((v, k) => (v as Json)[k], file[top]) as Json
          owner[key] = other
        }),
      )
    })
  }
  return out
}
const renamed = (good: Files, top: 'fields' | 'provider', name: string, to: string): Planted =>
  change(good, `/${top}/${name}`, (file, provider) => {
    const holder = top === 'fields' ? (file.fields as Json) : provider
    holder[to] = holder[name]
    delete holder[name]
  })
/** The last name in a path with two letters swapped. */
const typo = (path: string): string =>
  path.replace(/([A-Za-z_])([A-Za-z_])(\w*'?)$/, (_, a: string, b: string, c: string) => (a === b ? `${a}x${c}` : b + a + c))
const lists = (file: ModelFile) => [file.list ?? []].flat()
const listsOf = (file: Json): Json[] => [file.list ?? []].flat() as Json[]
const isWritten = (spec: unknown): boolean => typeof spec === 'string' || !isObject(spec) || spec.write !== false
const FIXED = new Set(['id', 'created_at', 'updated_at'])

/** The kinds of mistake that people make in a mapping. */
export const mistakes: readonly Mistake[] = [
  {
    kind: 'unknown key',
    plant: good => everywhere(good, ['list'], (value, key, at) => (key === 'records' && !/body|query/.test(at) ? undefined : undefined)).concat(
      change(good, '/list', file => {
        const [list] = listsOf(file)
        list!.recrods = list!.records
        delete list!.records
      }),
    ),
  },
  {
    kind: 'misspelt field',
    plant: good => Object.keys(good.file.fields).filter(f => f.length > 3 && !f.includes('.')).map(f => renamed(good, 'fields', f, typo(f))),
  },
  {
    kind: 'misspelt slot',
    plant: good =>
      everywhere(good, ['list', 'get', 'create', 'update', 'delete'], value =>
        typeof value === 'string' && /\{(limit|cursor|offset|filters|sort|id|value|select)[}:]/.test(value)
          ? value.replace(/\{(\w+)\w([}:])/, '{$1$2')
          : undefined,
      ),
  },
  {
    kind: 'misspelt spelling',
    plant: good =>
      everywhere(good, ['list', 'fields'], (value, key) => (key === 'as' && typeof value === 'string' ? typo(value) : undefined)),
  },
  {
    kind: 'misspelt filter',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        (Array.isArray(list.filters) ? list.filters : Object.keys(list.filters ?? {})).map(name =>
          change(good, `/list/${i}/filters/${name}`, file => {
            const target = listsOf(file)[i]!
            if (Array.isArray(target.filters)) target.filters = target.filters.map(n => (n === name ? typo(name) : n))
            else {
              const filters = target.filters as Json
              filters[typo(name)] = filters[name]
              delete filters[name]
            }
          }),
        ),
      ),
  },
  {
    kind: 'escape removed',
    plant: good =>
      everywhere(good, ['list', 'get', 'create', 'update', 'fields'], value =>
        typeof value === 'string' && /\{(value|id|last\.[\w.]+):(single|double|doubled|criteria|word)\}/.test(value)
          ? value.replace(/:(single|double|doubled|criteria|word)\}/, '}')
          : undefined,
      ),
  },
  {
    kind: 'wrong escape',
    plant: good =>
      everywhere(good, ['list'], value =>
        typeof value === 'string' && /:(single|double|doubled)\}/.test(value)
          ? value.replace(/:(single|double|doubled)\}/, (_, name) => (name === 'single' ? ':double}' : ':single}'))
          : undefined,
      ),
  },
  {
    kind: 'field removed without `absent`',
    plant: good =>
      Object.keys(good.file.fields)
        .filter(field => !field.includes('.'))
        .map(field => change(good, `/fields/${field}`, file => delete (file.fields as Json)[field])),
  },
  {
    kind: '`ignored` over-broad',
    plant: good =>
      [...new Set(Object.values(good.file.fields).flatMap(row => (typeof row === 'string' ? [row] : [])))].flatMap(path => [
        change(good, `/ignored ${path}`, file => (file.ignored as string[]).push(path)),
        ...(path.includes('.')
          ? [change(good, `/ignored ${path}`, file => (file.ignored as string[]).push(`${path.split('.')[0]}.*`))]
          : []),
      ]),
  },
  {
    kind: 'path typo, read and written',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) => {
        const at = isObject(row) ? row.at : row
        if (typeof at !== 'string' || FIXED.has(field) || !isWritten(row)) return []
        return [
          change(good, `/fields/${field}`, file => {
            const fields = file.fields as Json
            if (isObject(fields[field])) (fields[field] as Json).at = typo(at)
            else fields[field] = typo(at)
          }),
        ]
      }),
  },
  {
    kind: 'path typo, read only',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) =>
        typeof row === 'string' && FIXED.has(field)
          ? [change(good, `/fields/${field}`, file => ((file.fields as Json)[field] = typo(row)))]
          : [],
      ),
  },
  {
    kind: 'path typo, written only',
    plant: good =>
      everywhere(good, ['fields'], (value, key) =>
        ['write', 'create', 'update'].includes(key) && typeof value === 'string' ? typo(value) : undefined,
      ).concat(
        everywhere(good, ['fields'], (value, key) =>
          ['write', 'create', 'update'].includes(key) && isObject(value) && !('by' in value)
            ? Object.fromEntries(Object.entries(value).map(([k, v]) => [typo(k), v]))
            : undefined,
        ),
      ),
  },
  {
    kind: 'path typo inside a list',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) => {
        const spec = row as Json
        if (!isObject(row) || !('slots' in row || 'row' in row)) return []
        const under = 'slots' in row ? 'slots' : 'row'
        const out: Planted[] = []
        walk(spec[under], (holder, key, at) => {
          const value = holder[key]
          if (typeof value !== 'string' || ['is', 'as', 'with'].includes(key) || at.includes('/enum/') || at.includes('/join/')) return
          const keys = at.slice(1).split('/')
          out.push(
            change(good, `/fields/${field}/${under}${at}`, file => {
              const owner = keys.slice(0, -1).reduce<unknown>((v, k) => (v as Json)[k], ((file.fields as Json)[field] as Json)[under])
              ;(owner as Json)[key] = typo(value)
            }),
          )
        })
        return out
      }),
  },
  {
    kind: 'swapped rows',
    plant: good => {
      const { first_name: a, last_name: b, company_id: c, owner_id: d } = good.file.fields
      const swap = (x: string, y: string) =>
        change(good, `/fields/${x}`, file => {
          const fields = file.fields as Json
          ;[fields[x], fields[y]] = [fields[y], fields[x]]
        })
      return [...(a && b ? [swap('first_name', 'last_name')] : []), ...(c && d ? [swap('company_id', 'owner_id')] : [])]
    },
  },
  {
    kind: 'wrong enum value',
    plant: good =>
      everywhere(good, ['fields'], (value, key, at) =>
        /\/enum\/[^/]+$/.test(at) && typeof value === 'string' ? `${value}x` : undefined,
      ),
  },
  {
    kind: 'seconds for milliseconds',
    plant: good =>
      everywhere(good, ['list', 'fields'], (value, key) =>
        key === 'as' && (value === 'unix-millis' || value === 'unix-seconds')
          ? value === 'unix-millis'
            ? 'unix-seconds'
            : 'unix-millis'
          : undefined,
      ),
  },
  {
    kind: 'minor units missed',
    plant: good =>
      everywhere(good, ['fields'], value => {
        if (!isObject(value) || !(isObject(value.as) || String(value.as).startsWith('fraction'))) return undefined
        const { as: _, ...rest } = value
        return rest
      }),
  },
  {
    kind: '`replaces` missing',
    plant: good =>
      good.file.update?.replaces ? [change(good, '/update/replaces', file => delete (file.update as Json).replaces)] : [],
  },
  {
    kind: 'wrong cursor path',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        (['cursor', 'url'] as const).flatMap(kind =>
          list.page?.[kind] === undefined
            ? []
            : [change(good, `/list/${i}/page/${kind}`, file => ((listsOf(file)[i]!.page as Json)[kind] = typo(list.page![kind]!)))],
        ),
      ),
  },
  {
    kind: 'paging forgotten',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.page ? [change(good, `/list/${i}/page`, file => delete listsOf(file)[i]!.page)] : [],
      ),
  },
  {
    kind: 'page starts at the wrong number',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        (['offset', 'number'] as const).flatMap(kind =>
          list.page?.[kind] === undefined
            ? []
            : [change(good, `/list/${i}/page/${kind}`, file => ((listsOf(file)[i]!.page as Json)[kind] = 1 - list.page![kind]!))],
        ),
      ),
  },
  {
    kind: 'keyset without its order',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.page?.last?.sort
          ? [change(good, `/list/${i}/page/last/sort`, file => delete ((listsOf(file)[i]!.page as Json).last as Json).sort)]
          : [],
      ),
  },
  {
    kind: 'wrong `records` path',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.records === undefined
          ? []
          : [change(good, `/list/${i}/records`, file => (listsOf(file)[i]!.records = typo(list.records!)))],
      ),
  },
  {
    kind: 'wrong `record` path',
    plant: good =>
      (['get', 'create', 'update'] as const).flatMap(verb =>
        good.file[verb]?.record === undefined
          ? []
          : [change(good, `/${verb}/record`, file => ((file[verb] as Json).record = typo(good.file[verb]!.record!)))],
      ),
  },
  {
    kind: 'wrong `max`',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.max === undefined
          ? []
          : [change(good, `/list/${i}/max`, file => (listsOf(file)[i]!.max = list.max === 200 ? 100 : 200))],
      ),
  },
  {
    kind: 'wrong property in a filter',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        Object.entries(Array.isArray(list.filters) ? {} : (list.filters ?? {})).map(([name, filter]) =>
          change(good, `/list/${i}/filters/${name}`, file => {
            const filters = listsOf(file)[i]!.filters as Json
            const text = JSON.stringify(filter)
            const spoil = (word: string) => `${word.slice(0, -1)}_`
            const other = text.startsWith('"')
              ? text.replace(/^"(\W*)(\w+)/, (_, marks: string, word: string) => `"${marks}${spoil(word)}`)
              : text.includes('"propertyName"')
                ? text.replace(/("propertyName":")(\w+)/, (_, start: string, word: string) => start + spoil(word))
                : text.replace(
                    /("(?:clause|query)":\{?"\W*)(\w+)/,
                    (_, start: string, word: string) => start + spoil(word),
                  )
            filters[name] = JSON.parse(other)
          }),
        ),
      ),
  },
  {
    kind: 'wrong words for the directions',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.directions
          ? [change(good, `/list/${i}/directions`, file => (listsOf(file)[i]!.directions = { asc: list.directions!.desc, desc: list.directions!.asc }))]
          : [],
      ),
  },
  {
    kind: 'wrong failure row',
    plant: good =>
      (good.provider.errors?.rows ?? []).map((row, i) =>
        change(good, `provider /errors/rows/${i}`, (_, provider) => {
          const rows = (provider.errors as Json).rows as Json[]
          rows[i]!.is = row.is === 'invalid' ? 'conflict' : 'invalid'
        }),
      ),
  },
  {
    kind: 'wrong place of the failure’s text',
    plant: good => [
      change(good, 'provider /errors/message', (_, provider) => {
        const errors = (provider.errors ?? {}) as Json
        errors.message = 'no.such.place'
        provider.errors = errors
      }),
    ],
  },
]
