import { Buffer } from 'node:buffer'
import type { ProxyConfiguration, ProxyResponse } from 'nango'
import {
  type BackendServices,
  backendOf,
  type CallContext,
  originOf,
  type ResolvedConnection,
} from '../../backends/index.ts'
import { isObject } from '../../mapping/path.ts'
import { queryText } from '../../mapping/template.ts'
import { methods, type ProviderRequest } from '../../provider/provider-request.ts'
import { withoutTrailing } from '../../provider/trailing.ts'
import type { HttpResponse } from '../../services.ts'
import { ActionEnded, ProviderRefused } from './ended.ts'

const MOST_RETRIES = 5
const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

function search(params: ProxyConfiguration['params']): string {
  if (params === undefined) return ''
  if (typeof params === 'string') return params.replace(/^\?/, '')
  return Object.entries(params)
    .flatMap(([name, value]) => (value === undefined ? [] : [value].flat().map(one => queryText(name, one))))
    .join('&')
}

/** A body as text, with the media type that the configuration names or, without one, the usual one of such a body. */
function bodyOf(data: unknown, type: string | undefined): { body: string; type: string } {
  if (data instanceof URLSearchParams) return { body: data.toString(), type: type ?? FORM }
  if (typeof data === 'string') return { body: data, type: type ?? JSON_TYPE }
  if (type?.startsWith(FORM) && isObject(data)) {
    const pairs = Object.entries(data).map(([name, value]) => [name, String(value)])
    return { body: new URLSearchParams(pairs).toString(), type }
  }
  return { body: JSON.stringify(data), type: type ?? JSON_TYPE }
}

/** The request that a configuration describes. */
function requestOf(resolved: ResolvedConnection, config: ProxyConfiguration): ProviderRequest {
  const method = methods.find(name => name === (config.method ?? 'GET').toUpperCase())
  if (!method) throw new TypeError(`There is no method "${config.method}".`)
  const base = config.baseUrlOverride ? withoutTrailing(config.baseUrlOverride, '/') : originOf(resolved)
  const endpoint = config.endpoint.startsWith('/') ? config.endpoint : `/${config.endpoint}`
  const isAbsolute = /^https?:\/\//.test(config.endpoint)
  const address = isAbsolute ? config.endpoint : `${base ?? ''}${endpoint}`
  const query = search(config.params)
  const url = query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(config.headers ?? {}))
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value)
  if (config.data === undefined || config.data === null) return { method, url, headers }
  const { body, type } = bodyOf(config.data, headers['content-type'])
  return { method, url, headers: { ...headers, 'content-type': type }, body }
}

/** A response as an action function sees it: JSON is read; bytes are a `Buffer` where they were asked for. */
function responseOf(
  { status, headers: all, text, bytes }: HttpResponse,
  type: ProxyConfiguration['responseType'],
): ProxyResponse {
  const headers = Object.fromEntries(all.entries())
  if (bytes && isSuccess(status)) return { status, statusText: '', headers, data: Buffer.from(bytes) }
  const content = bytes ? new TextDecoder().decode(bytes) : text
  let data: unknown = content
  if (type !== 'text' && content !== '')
    try {
      data = JSON.parse(content)
    } catch {
      // No JSON: the documented client gives the text as it is.
    }
  return { status, statusText: '', headers, data }
}
const isSuccess = (status: number): boolean => status >= 200 && status < 300

/**
 * Sends the request of an action function, signed as the connection. Throws `ProviderRefused` for a status that is no
 * success, and `ActionEnded` where there is no response. `T` is what the function's author knows of the body.
 */
export async function proxy<T>(
  services: BackendServices,
  context: CallContext,
  config: ProxyConfiguration,
): Promise<ProxyResponse<T>> {
  const request = requestOf(context, config)
  const retries = Math.min(MOST_RETRIES, Math.max(0, Math.trunc(config.retries ?? 0)))
  const sent = await backendOf(context.connection).send(services, context, request, {
    repeatable: request.method === 'GET' || retries > 0,
    attempts: retries + 1,
    retryOn: config.retryOn ?? [],
    wantsBytes: config.responseType === 'arraybuffer',
  })
  if ('failure' in sent) throw new ActionEnded(sent.failure)
  const response = responseOf(sent.response, config.responseType)
  if (isSuccess(response.status)) return response as ProxyResponse<T>
  throw new ProviderRefused(response)
}
