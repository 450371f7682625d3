import type { Dialect } from '../../../src/mapping/schema/index.ts'
import { askedPath } from './asking.ts'
import type { ModelPart } from './model-part.ts'
import type { Json } from './specification.ts'

/** What a filter or a sort adds to the query, with `{path}` where its field is named; undefined where it is not. */
function withPath(query: Json, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  let isNamed = false
  const entries = Object.entries(query).map(([key, value]) => {
    const isKey = value === '{value}' && key.includes(path)
    if (isKey || value === path) isNamed = true
    return [isKey ? key.replace(path, '{path}') : key, value === path ? '{path}' : value]
  })
  return isNamed ? JSON.stringify({ query: Object.fromEntries(entries) }) : undefined
}

/** The form that most of several have, where two have it at least. */
function commonest(forms: readonly (string | undefined)[]): NonNullable<Dialect['equal']> | undefined {
  const groups = Map.groupBy(
    forms.filter(form => form !== undefined),
    form => form,
  )
  const [best] = [...groups].sort(([, a], [, b]) => b.length - a.length)
  return best && best[1].length > 1 ? JSON.parse(best[0]) : undefined
}

/** What the filters and sorts of a provider's models have in common: said once, in `provider.json`. */
export function findDialect(parts: readonly Pick<ModelPart, 'model' | 'table' | 'asking'>[]): Dialect | undefined {
  const filters = (isBound: boolean) =>
    parts.flatMap(({ model, table, asking }) =>
      Object.entries(asking.filters).map(([name, { query, ...more }]) => {
        const isPlain = name.endsWith('_after') === isBound && query && Object.keys(more).length === 0
        return isPlain ? withPath(query, askedPath(table.fields, model.filters[name]!)) : undefined
      }),
    )
  const sorts = parts.flatMap(({ table, asking }) =>
    Object.entries(asking.sorts).map(([name, { query }]) => query && withPath(query, askedPath(table.fields, name))),
  )
  const [equal, atLeast, sort] = [filters(false), filters(true), sorts].map(commonest)
  const directions = parts.find(({ asking }) => asking.directions)?.asking.directions
  const dialect: Dialect = {
    ...(equal && { equal }),
    ...(atLeast && { at_least: atLeast }),
    ...(sort && { sort, ...(directions && { directions }) }),
  }
  return Object.keys(dialect).length > 0 ? dialect : undefined
}
