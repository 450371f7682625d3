import type { Pagination, ProxyConfiguration, ProxyResponse } from 'nango'
import { getter, isObject, parsePath } from '../../mapping/path.ts'

type Send = (config: ProxyConfiguration) => Promise<ProxyResponse>
/** Pages that one walk may have: a provider that never ends must not keep an action going for ever. */
const MOST = 10_000

/** Reads a path; a member whose whole name it is goes first: `@odata.nextLink` stands in answers without quotes. */
function read(path: string | undefined): (source: unknown) => unknown {
  if (path === undefined || path === '') return source => source
  const steps = parsePath(path)
  const get = steps ? getter(steps) : () => undefined
  return source => (isObject(source) && Object.hasOwn(source, path) ? source[path] : get(source))
}

/** The request of a page: cursor, offset and limit in the query, or in the body. */
function withMembers(
  config: ProxyConfiguration,
  members: Record<string, unknown>,
  inBody: boolean,
): ProxyConfiguration {
  if (inBody) return { ...config, data: { ...(isObject(config.data) ? config.data : {}), ...members } }
  if (typeof config.params !== 'string')
    return { ...config, params: { ...config.params, ...(members as Record<string, string>) } }
  const all = new URLSearchParams(config.params)
  for (const [name, value] of Object.entries(members)) all.set(name, String(value))
  return { ...config, params: all.toString() }
}

const LINK = (rel: string) => new RegExp(`<([^>]+)>\\s*;[^,]*\\brel="?${rel.replace(/[^\w-]/g, '')}"?`, 'i')

function nextLink(page: Extract<Pagination, { type: 'link' }>, { headers, data }: ProxyResponse): string | undefined {
  const found = page.link_path_in_response_body
    ? read(page.link_path_in_response_body)(data)
    : LINK(page.link_rel_in_response_header ?? 'next').exec(headers.link ?? '')?.[1]
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Some providers end with false or zero instead of nothing. */
const isCursor = (value: unknown): value is string | number =>
  (typeof value === 'string' && value !== '') || (typeof value === 'number' && value !== 0)

/** Walks through pages by cursor, link or offset, and gives the records of each. It ends where the provider repeats itself. */
export async function* paginate(config: ProxyConfiguration, send: Send): AsyncGenerator<unknown[], undefined, void> {
  const page = config.paginate as Pagination | undefined
  if (!page || !['cursor', 'link', 'offset'].includes(page.type))
    throw new TypeError('paginate needs a type: cursor, link or offset.')
  const records = read(page.response_path)
  const inBody = 'in_body' in page && page.in_body === true
  const limit = page.limit === undefined ? undefined : Number(page.limit)
  const sized = limit !== undefined && page.limit_name_in_request ? { [page.limit_name_in_request]: limit } : {}
  let request = withMembers(config, sized, inBody)
  let offset = page.type === 'offset' ? (page.offset_start_value ?? 0) : 0
  if (page.type === 'offset') request = withMembers(request, { [page.offset_name_in_request]: offset }, inBody)
  let before: unknown
  for (let n = 0; n < MOST; n++) {
    const response = await send(request)
    const found = records(response.data)
    const list = Array.isArray(found) ? found : []
    if (list.length > 0) yield list
    if (page.type === 'cursor') {
      const cursor = read(page.cursor_path_in_response)(response.data)
      if (!isCursor(cursor) || cursor === before) return
      before = cursor
      request = withMembers(request, { [page.cursor_name_in_request]: cursor }, inBody)
    } else if (page.type === 'link') {
      const link = nextLink(page, response)
      if (link === undefined || link === before) return
      before = link
      const { params: _, ...rest } = request
      request = { ...rest, endpoint: link }
    } else {
      if (list.length === 0 || (limit !== undefined && list.length < limit)) return
      offset += page.offset_calculation_method === 'per-page' ? 1 : list.length
      request = withMembers(request, { [page.offset_name_in_request]: offset }, inBody)
    }
  }
}
