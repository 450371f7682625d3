import { change, everywhere, type Json, lists, listsOf, type Mistake, typo } from './plant.ts'

const ignore = (evidence: Json, path: string): void => {
  evidence.ignored = [...((evidence.ignored as string[] | undefined) ?? []), path]
}

/** Wrong names, and entries that are missing or hide too much: what the checker reports. */
export const names: readonly Mistake[] = [
  {
    kind: 'unknown key',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        Object.keys(list).map(key =>
          change(good, `/list/${i}/${key}`, file => {
            const target = listsOf(file)[i]!
            target[`${key}s`] = target[key]
            delete target[key]
          }),
        ),
      ),
  },
  {
    kind: 'misspelt field',
    plant: good =>
      Object.keys(good.file.fields)
        .filter(f => f.length > 3 && !f.includes('.'))
        .map(f =>
          change(good, `/fields/${f}`, file => {
            const fields = file.fields as Json
            fields[typo(f)] = fields[f]
            delete fields[f]
          }),
        ),
  },
  {
    kind: 'misspelt placeholder',
    plant: good =>
      everywhere(good, ['list', 'get', 'create', 'update', 'delete'], value =>
        typeof value === 'string' && /\{(limit|cursor|offset|filters|sort|id|value|select)[}:]/.test(value)
          ? value.replace(/\{(\w+)\w([}:])/, '{$1$2')
          : undefined,
      ),
  },
  {
    kind: 'misspelt format',
    plant: good =>
      everywhere(good, ['list', 'fields'], (value, key) =>
        key === 'format' && typeof value === 'string' ? typo(value) : undefined,
      ),
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
    kind: 'field removed without `absent`',
    plant: good =>
      Object.keys(good.file.fields)
        .filter(field => !field.includes('.'))
        .map(field => change(good, `/fields/${field}`, file => delete (file.fields as Json)[field])),
  },
  {
    kind: '`ignored` over-broad',
    plant: good =>
      [...new Set(Object.values(good.file.fields).flatMap(row => (typeof row === 'string' ? [row] : [])))].flatMap(
        path => [
          change(good, `/ignored ${path}`, (_, __, evidence) => ignore(evidence, path)),
          ...(path.includes('.')
            ? [change(good, `/ignored ${path}`, (_, __, evidence) => ignore(evidence, `${path.split('.')[0]}.*`))]
            : []),
        ],
      ),
  },
]
