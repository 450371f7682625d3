import { defineListHook, type Hook } from 'koine/hooks'

/** As many ids as one request for records takes: evidence/specs/pipedrive/v2.yaml#/paths/~1persons/get/parameters */
const IDS_MAX = 100

interface Found {
  readonly data?: { readonly items?: readonly { readonly item?: { readonly id?: unknown } }[] }
  readonly additional_data?: { readonly next_cursor?: string | null }
}
interface Whole {
  readonly data?: readonly { readonly id?: unknown }[]
}
interface Search {
  readonly of: 'persons' | 'organizations' | 'deals'
  /** The filter whose value is searched for, and where Pipedrive is to look for it. */
  readonly filter: string
  readonly field: string
  /** Our other filters → the parameters that narrow a request for records. */
  readonly narrowing: Readonly<Record<string, string>>
}

/**
 * Lists records that have a text: a search answers few of a record's members, so what it found is fetched whole, with
 * one request for a page, and stays in the order of the search. Other filters go with that request, so a page may have
 * fewer records than the search found.
 */
export const searching = ({ of, filter, field, narrowing }: Search): Hook =>
  defineListHook(async (context, { filters, limit, state }) => {
    for (const name of Object.keys(narrowing))
      if (name.endsWith('_id') && !/^\d{1,15}$/.test(filters[name] ?? '0'))
        return context.fail('unsupported-filter', `filter[${name}] needs a whole number at this provider.`)
    const found = (await context.send({
      method: 'GET',
      path: `/${of}/search`,
      query: {
        term: filters[filter],
        fields: field,
        exact_match: true,
        limit: Math.min(limit, IDS_MAX),
        cursor: state as string | undefined,
      },
    })) as Found | undefined
    const items = found?.data?.items
    if (!Array.isArray(items)) return context.fail('provider-answer-unreadable', 'The search answered no list.')
    const next = found?.additional_data?.next_cursor
    const ids = items.map(({ item }) => item?.id)
    if (ids.length === 0) return { records: [], next }
    const narrowed = Object.entries(narrowing).map(([name, parameter]) => [parameter, filters[name]])
    const whole = (await context.send({
      method: 'GET',
      path: `/${of}`,
      query: { ...Object.fromEntries(narrowed), ids: ids.join(','), limit: IDS_MAX },
    })) as Whole | undefined
    const records = whole?.data
    if (!Array.isArray(records)) return context.fail('provider-answer-unreadable', 'The records came as no list.')
    const byId = new Map(records.map(record => [record.id, record]))
    return { records: ids.flatMap(id => byId.get(id) ?? []), next }
  })
