import type { ProxyConfiguration, ProxyError, ProxyResponse } from 'nango'
import type { Gateway } from '../../app.ts'
import { backendOf, type Reach } from '../../backends/index.ts'
import { originOf } from '../../backends/origin.ts'
import type { Trace } from '../../backends/send.ts'
import type { Draft, Method } from '../../mapping/request.ts'
import { compileFill, DROP, queryText } from '../../mapping/template.ts'
import type { Failure } from '../../problem/index.ts'
import type { Carried } from '../../provider/client.ts'
import type { Caller } from '../../records/resolve.ts'
import { collecting } from './collect.ts'

/** Ends an action with a problem; thrown through the function, caught where it was called. */
export class ActionEnded extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.detail ?? failure.code)
    this.failure = failure
  }
}
/** The provider answered with a failure; an action may catch it, and what escapes becomes the caller's problem. */
export class ProviderRefused extends Error implements ProxyError {
  override readonly name = 'AxiosError'
  readonly isAxiosError = true
  readonly response: ProxyResponse
  readonly status: number
  constructor(response: ProxyResponse) {
    super(`Request failed with status code ${response.status}`)
    this.response = response
    this.status = response.status
  }
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
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

/** Headers that the provider wants with every request, by their names in lower case. */
export function headersOf({ provider, connection }: Reach): Record<string, string> {
  if (!provider.headers) return {}
  const fill = compileFill(provider.headers, '/headers', { place: 'header', report: () => {} })
  const filled = fill({ connection: connection.config })
  if (filled === DROP) return {}
  return Object.fromEntries(
    Object.entries(filled as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

/** A body as text, and the type that it has unless the configuration names one. */
function bodyOf(data: unknown, type: string | undefined): { body: string; type: string } {
  if (data instanceof URLSearchParams) return { body: data.toString(), type: type ?? FORM }
  if (typeof data === 'string') return { body: data, type: type ?? JSON_TYPE }
  if (type?.startsWith(FORM)) return { body: new URLSearchParams(data as Record<string, string>).toString(), type }
  return { body: JSON.stringify(data), type: type ?? JSON_TYPE }
}

/** The request that a configuration describes. */
export function draftOf(reach: Reach, config: ProxyConfiguration): Draft {
  const method = (config.method ?? 'GET').toUpperCase()
  if (!METHODS.has(method)) throw new TypeError(`No method "${method}".`)
  const base = config.baseUrlOverride ? config.baseUrlOverride.replace(/\/+$/, '') : originOf(reach)
  const endpoint = config.endpoint.startsWith('/') ? config.endpoint : `/${config.endpoint}`
  const isAbsolute = /^https?:\/\//.test(config.endpoint)
  const address = isAbsolute ? config.endpoint : `${base ?? ''}${endpoint}`
  const query = search(config.params)
  const url = query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`
  const headers: Record<string, string> = { accept: 'application/json', ...headersOf(reach) }
  for (const [name, value] of Object.entries(config.headers ?? {}))
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value)
  if (config.data === undefined || config.data === null) return { method: method as Method, url, headers }
  const { body, type } = bodyOf(config.data, headers['content-type'])
  return { method: method as Method, url, headers: { ...headers, 'content-type': type }, body }
}

/** An answer as a function sees it: JSON read where it is some, bytes where they were asked for and there are any. */
function responseOf({ answer }: Carried, type: ProxyConfiguration['responseType'], bytes?: Buffer): ProxyResponse {
  const { status } = answer
  const headers = Object.fromEntries(answer.headers.entries())
  if (bytes && isSuccess(status)) return { status, statusText: '', headers, data: bytes }
  const text = bytes ? bytes.toString('utf8') : answer.text
  let data: unknown = text
  if (type !== 'text' && text !== '')
    try {
      data = JSON.parse(text)
    } catch {
      // Not JSON: the text as it is, as the documented client has it.
    }
  return { status, statusText: '', headers, data }
}
const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Sends a function's request, signed as the connection; throws `ProviderRefused` for a status that is no success. */
export async function proxy(
  gateway: Gateway,
  reach: Reach,
  config: ProxyConfiguration,
  trace: Trace,
  caller: Caller,
): Promise<ProxyResponse> {
  const isBytes = config.responseType === 'arraybuffer'
  const { carrying, bytes } = isBytes ? collecting(gateway) : { carrying: gateway, bytes: () => undefined }
  const draft = draftOf(reach, config)
  const retries = Math.min(MOST_RETRIES, Math.max(0, Math.trunc(config.retries ?? 0)))
  const carried = await backendOf(reach.connection).send(carrying, reach, draft, trace, {
    environment: caller.environment,
    signal: caller.signal,
    traceparent: caller.traceparent,
    repeatable: draft.method === 'GET' || retries > 0,
    tries: retries + 1,
    statuses: config.retryOn ?? [],
  })
  if ('failure' in carried) throw new ActionEnded(carried.failure)
  const response = responseOf(carried, config.responseType, bytes())
  if (isSuccess(response.status)) return response
  throw new ProviderRefused(response)
}
