import type { ProxyConfiguration, ProxyError, ProxyResponse } from 'nango'
import type { Gateway } from '../../app.ts'
import { originOf } from '../../backends/direct.ts'
import { backendOf, type Reach } from '../../backends/index.ts'
import { queryText } from '../../mapping/fill.ts'
import type { Failure } from '../../problem/index.ts'
import type { Carried } from '../../transport/carry.ts'
import type { Draft, Method } from '../../transport/request.ts'
import type { Trace } from '../exchange.ts'
import type { Caller } from '../find.ts'

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

function search(params: ProxyConfiguration['params']): string {
  if (params === undefined) return ''
  if (typeof params === 'string') return params.replace(/^\?/, '')
  return Object.entries(params)
    .flatMap(([name, value]) => (value === undefined ? [] : [value].flat().map(one => queryText(name, one))))
    .join('&')
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
  const headers: Record<string, string> = { accept: 'application/json' }
  for (const [name, value] of Object.entries(config.headers ?? {})) headers[name.toLowerCase()] = String(value)
  if (config.data === undefined || config.data === null) return { method: method as Method, url, headers }
  const isText = typeof config.data === 'string'
  if (headers['content-type'] === undefined) headers['content-type'] = 'application/json'
  const isForm = headers['content-type'].startsWith('application/x-www-form-urlencoded')
  const body = isText
    ? (config.data as string)
    : isForm
      ? new URLSearchParams(config.data as Record<string, string>).toString()
      : JSON.stringify(config.data)
  return { method: method as Method, url, headers, body }
}

/** An answer as a function sees it: JSON read where it is some. */
function responseOf({ answer }: Carried, type: ProxyConfiguration['responseType']): ProxyResponse {
  const headers: Record<string, string> = {}
  for (const [name, value] of answer.headers.entries()) headers[name] = value
  let data: unknown = answer.text
  if (type !== 'text' && type !== 'arraybuffer')
    try {
      data = answer.text === '' ? '' : JSON.parse(answer.text)
    } catch {
      // Not JSON: the text as it is, as the documented client has it.
    }
  return { status: answer.status, statusText: '', headers, data }
}

/** Sends a function's request, signed as the connection; throws `ProviderRefused` for a status that is no success. */
export async function proxy(
  gateway: Gateway,
  reach: Reach,
  config: ProxyConfiguration,
  trace: Trace,
  caller: Caller,
): Promise<ProxyResponse> {
  const draft = draftOf(reach, config)
  const retries = Math.min(MOST_RETRIES, Math.max(0, Math.trunc(config.retries ?? 0)))
  const carried = await backendOf(reach.connection).send(gateway, reach, draft, trace, {
    environment: caller.environment,
    signal: caller.signal,
    repeatable: draft.method === 'GET' || retries > 0,
    tries: retries + 1,
    statuses: config.retryOn ?? [],
  })
  if ('failure' in carried) throw new ActionEnded(carried.failure)
  const response = responseOf(carried, config.responseType)
  if (response.status >= 200 && response.status < 300) return response
  throw new ProviderRefused(response)
}
