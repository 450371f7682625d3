import type { Pagination, ProxyConfiguration, ProxyResponse } from 'nango'
import { getter, isObject, parsePath } from '../../mapping/path.ts'
import { linkTo } from '../../provider/link-header.ts'

type Send = (config: ProxyConfiguration) => Promise<ProxyResponse>
/** Pages that are read at most: a provider whose list does not end must not hold an action until its time is up. */
const MAX_PAGES = 10_000

/** Reads a path. A member that has the whole path as its name goes first, such as `@odata.nextLink`. */
function read(path: string | undefined): (source: unknown) => unknown {
  if (path === undefined || path === '') return source => source
  const steps = parsePath(path)
  const get = steps ? getter(steps) : () => undefined
  return source => (isObject(source) && Object.hasOwn(source, path) ? source[path] : get(source))
}

/** The request of a page: with cursor, offset and limit in the query, or in the body. */
function withMembers(
  config: ProxyConfiguration,
  members: Record<string, string | number>,
  inBody: boolean,
): ProxyConfiguration {
  if (inBody) return { ...config, data: { ...(isObject(config.data) ? config.data : {}), ...members } }
  if (typeof config.params !== 'string') return { ...config, params: { ...config.params, ...members } }
  const all = new URLSearchParams(config.params)
  for (const [name, value] of Object.entries(members)) all.set(name, String(value))
  return { ...config, params: all.toString() }
}

function nextLink(page: Extract<Pagination, { type: 'link' }>, { headers, data }: ProxyResponse): string | undefined {
  const found = page.link_path_in_response_body
    ? read(page.link_path_in_response_body)(data)
    : linkTo(page.link_rel_in_response_header ?? 'next', headers.link ?? '')
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Whether a value is a cursor: after the last page some providers send `false`, `0` or `""`. */
const isCursor = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || (typeof value === 'number' && value !== 0)

/** The cursor, address or offset of the next page; undefined after the last one. */
function nextOf(
  page: Pagination,
  response: ProxyResponse,
  received: number,
  { limit, offset }: { limit: number | undefined; offset: number },
): string | number | undefined {
  if (page.type === 'link') return nextLink(page, response)
  if (page.type === 'cursor') {
    const cursor = read(page.cursor_path_in_response)(response.data)
    return isCursor(cursor) ? cursor : undefined
  }
  if (received === 0 || (limit !== undefined && received < limit)) return undefined
  return offset + (page.offset_calculation_method === 'per-page' ? 1 : received)
}

const isPagination = (page: Partial<Pagination> | undefined): page is Pagination =>
  page?.type !== undefined && ['cursor', 'link', 'offset'].includes(page.type)

/**
 * Reads page after page, by cursor, link or offset, and gives the records of each. It ends where the provider names the
 * same page again. Throws a `TypeError` where the configuration does not say how pages follow each other.
 */
export async function* paginate<T>(config: ProxyConfiguration, send: Send): AsyncGenerator<T[], undefined, void> {
  const page = config.paginate
  if (!isPagination(page)) throw new TypeError('paginate needs a type: cursor, link or offset.')
  const records = read(page.response_path)
  const inBody = 'in_body' in page && page.in_body === true
  const limit = page.limit === undefined ? undefined : Number(page.limit)
  const sized = limit !== undefined && page.limit_name_in_request ? { [page.limit_name_in_request]: limit } : {}
  let request = withMembers(config, sized, inBody)
  let offset = page.type === 'offset' ? (page.offset_start_value ?? 0) : 0
  if (page.type === 'offset') request = withMembers(request, { [page.offset_name_in_request]: offset }, inBody)
  let before: unknown
  for (let n = 0; n < MAX_PAGES; n++) {
    const response = await send(request)
    const found = records(response.data)
    const list: T[] = Array.isArray(found) ? found : []
    const next = nextOf(page, response, list.length, { limit, offset })
    const isLast = next === undefined || next === before
    await page.on_page?.({ nextPageParam: isLast ? undefined : next, response })
    if (list.length > 0) yield list
    if (isLast) return
    before = next
    if (page.type === 'cursor') request = withMembers(request, { [page.cursor_name_in_request]: next }, inBody)
    else if (page.type === 'offset') {
      offset = Number(next)
      request = withMembers(request, { [page.offset_name_in_request]: next }, inBody)
    } else {
      const { params: _, ...rest } = request
      request = { ...rest, endpoint: String(next) }
    }
  }
}
