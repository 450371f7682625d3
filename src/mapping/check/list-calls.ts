// Which list request serves a call, and which calls a list request serves.
import type { Mapping } from '../compile.ts'
import { servedBy } from '../list.ts'
import type { Fixture } from '../schema/fixture.ts'

/** Records on a page unless a call says otherwise. */
const DEFAULT_LIMIT = 50

/** What a call of a list asks for. */
export interface ListCall {
  readonly filters: Readonly<Record<string, string>>
  readonly sort: { readonly by: string; readonly direction: string } | undefined
  readonly limit: number
}

/** What the call of a fixture asks for. */
export function listCallOf({ call }: Fixture): ListCall {
  const { searchParams } = new URL(call.path, 'https://koine.example')
  const by = searchParams.get('sort[by]')
  return {
    filters: Object.fromEntries(
      [...searchParams].flatMap(([name, value]) => {
        const filter = /^filter\[(.+)\]$/.exec(name)?.[1]
        return filter === undefined ? [] : [[filter, value]]
      }),
    ),
    sort: by === null ? undefined : { by, direction: searchParams.get('sort[direction]') ?? 'asc' },
    limit: Number(searchParams.get('limit') ?? DEFAULT_LIMIT),
  }
}

/** What a call must have in it. */
export interface Wanted {
  readonly filter?: string
  readonly sort?: string
}

/**
 * A call that list request `i` serves and that has what is wanted, as its parameters; undefined where a request before
 * it serves every such call.
 */
export function callServedBy(mapping: Mapping, i: number, { filter, sort }: Wanted): string[] | undefined {
  const { offers } = mapping.list!
  const { filters, required, sorts } = offers[i]!
  const least = [...new Set([...required, ...(filter === undefined ? [] : [filter])])]
  const sets = [least, ...filters.map(more => [...new Set([...least, more])]), [...filters]]
  const orders = sort === undefined ? [undefined, ...sorts] : [sort]
  for (const set of sets)
    for (const order of orders)
      if (servedBy(offers, set, order) === i)
        return [...set.map(name => `filter[${name}]`), ...(order === undefined ? [] : [`sort[by]=${order}`])]
  return undefined
}
