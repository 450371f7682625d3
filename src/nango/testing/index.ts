// The package `nango/testing`: runs an action function without a gateway, a database or a network.
import type { Action } from 'nango'
import type { z } from 'zod'
import { trigger } from '../../actions/trigger.ts'
import { openCatalogue } from '../../mapping/catalogue.ts'
import { differences } from '../../mapping/check/compare.ts'
import { type Failure, problems } from '../../problem/index.ts'
import type { BufferedRequest, HttpSender } from '../../services.ts'
import type { OpenedConnection } from '../../store/index.ts'
import { offlineServices } from './offline.ts'

type Json = Readonly<Record<string, unknown>>

/** A request that the action must make, and what the provider answers. */
export interface TestExchange {
  readonly request: {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    /** Path on the provider's host, without the query, percent-decoded. */
    readonly path: string
    /** The query, whole. */
    readonly query?: Readonly<Record<string, string>>
    /** The body, whole: JSON, or of a form an object of its pairs. */
    readonly body?: unknown
    /** Headers that must be there, by their names in lower case. */
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly reply: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    /** A text goes as it is, anything else as JSON. */
    readonly body?: unknown
  }
}
/** A request that the action made. */
export interface TestRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}
export interface TestSetup {
  readonly input?: unknown
  /** The content of `mappings/<provider>/provider.json`; a made-up provider unless given. */
  readonly provider?: unknown
  readonly connection?: {
    readonly connection_id?: string
    readonly provider_config_key?: string
    readonly connection_config?: Json
    readonly credentials?: OpenedConnection['credentials']
  }
  readonly metadata?: Json
  readonly environmentVariables?: Readonly<Record<string, string>>
  /** The requests that the action must make, in order: no more, no less, no others. */
  readonly exchanges?: readonly TestExchange[]
  /** Further actions, by name, that this one may trigger. */
  readonly actions?: Readonly<Record<string, Action<never, never>>>
}

/** The action failed: what its caller would be told. */
export class ActionFailed extends Error {
  override readonly name = 'ActionFailed'
  /** The problem's code: `action-failed`, `action-input-invalid`, `record-not-found`, … */
  readonly code: Failure['code']
  /** The status that the caller gets. */
  readonly status: number
  readonly payload: unknown
  readonly errors: Failure['errors']
  readonly upstream: Failure['upstream']
  constructor({ code, detail, payload, errors, upstream }: Failure) {
    super(detail ?? problems[code].description)
    this.code = code
    this.status = problems[code].status
    this.payload = payload
    this.errors = errors
    this.upstream = upstream
  }
}

/** A made-up provider, for an action that is tried without a `provider.json`. */
const MADE_UP = {
  name: 'Provider',
  source: '',
  base: 'https://provider.example',
  hosts: ['provider.example'],
  auth: {},
}
const SELF = 'action-under-test'

function bodyOf({ body, headers }: BufferedRequest): unknown {
  if (body === undefined) return undefined
  if (typeof body !== 'string') return body
  if (headers['content-type']?.includes('form')) return Object.fromEntries(new URLSearchParams(body))
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** Answers each request with the next exchange, and notes where a request differs from it. */
function providerOf(exchanges: readonly TestExchange[]) {
  const due = [...exchanges]
  const faults: string[] = []
  const requests: TestRequest[] = []
  const send: HttpSender['send'] = async request => {
    const { pathname, searchParams } = new URL(request.url)
    const { method, url, headers } = request
    const body = bodyOf(request)
    requests.push({ method, url, headers, ...(body !== undefined && { body }) })
    const next = due.shift()
    if (!next) {
      faults.push(`a request too many: ${method} ${url}`)
      return { fault: 'unreachable' }
    }
    const { headers: wanted = {}, ...expected } = next.request
    const query = Object.fromEntries(searchParams)
    const actual = { method, path: decodeURI(pathname), query, ...(body !== undefined && { body }) }
    const at = `/exchanges/${requests.length - 1}/request`
    faults.push(
      ...differences({ ...expected, query: expected.query ?? {} }, actual, at),
      ...differences(wanted, headers, `${at}/headers`, true),
    )
    const { status, headers: given, body: content } = next.reply
    const text = content === undefined ? '' : typeof content === 'string' ? content : JSON.stringify(content)
    return {
      response: {
        status,
        headers: new Headers(given),
        text,
        ...(request.wantsBytes && { bytes: new TextEncoder().encode(text) }),
      },
    }
  }
  return { send, faults, requests, left: () => due.length }
}

/**
 * Runs an action function as the gateway runs it, with exchanges in place of the provider. Answers the output and the
 * requests that it made. Throws `ActionFailed` where the caller would get a problem, and an `Error` that names the
 * differences where the requests are not those of the exchanges.
 *
 * @example
 * const { output } = await runAction(countIssues, {
 *   input: { repo: 'ada/engine' },
 *   exchanges: [
 *     {
 *       request: { method: 'GET', path: '/repos/ada/engine/issues' },
 *       reply: { status: 200, body: [{ id: 1 }, { id: 2 }] },
 *     },
 *   ],
 * })
 * expect(output).toEqual({ open: 2 })
 */
export async function runAction<I extends z.ZodType, O extends z.ZodType>(
  action: Action<I, O>,
  setup: TestSetup = {},
): Promise<{ output: z.input<O>; requests: readonly TestRequest[] }> {
  const { send, faults, requests, left } = providerOf(setup.exchanges ?? [])
  const { connection_id = 'test', provider_config_key = 'test', ...given } = setup.connection ?? {}
  const load = (loaded: unknown) => async () => ({ default: loaded })
  const actions = Object.entries({ ...setup.actions, [SELF]: action }).map(([name, one]) => [name, load(one)] as const)
  const services = offlineServices({
    send,
    catalogue: openCatalogue(
      { test: { provider: load(setup.provider ?? MADE_UP), models: {}, actions: Object.fromEntries(actions) } },
      Date.now,
    ),
    connection: {
      id: 1,
      uuid: '00000000-0000-4000-8000-000000000001',
      connection_id,
      integration: { unique_key: provider_config_key, provider: 'test', config: {}, backend: { type: 'direct' } },
      credentials: given.credentials ?? { type: 'OAUTH2', access_token: 'test-token' },
      config: given.connection_config ?? {},
      metadata: setup.metadata ?? null,
      version: '1',
    },
    variables: Object.entries(setup.environmentVariables ?? {}).map(([name, value]) => ({ name, value })),
  })
  const outcome = await trigger(services, {
    environment: 'test',
    environmentName: 'test',
    integration: provider_config_key,
    connection: connection_id,
    name: SELF,
    input: setup.input,
    requestId: 'test',
  })
  if (outcome.ok && left() > 0) faults.push(`${left()} requests were due and not made`)
  if (faults.length > 0) throw new Error(`The action does not do what was expected:\n${faults.join('\n')}`)
  if (!outcome.ok) throw new ActionFailed(outcome.failure)
  // The gateway has checked it against the action's schema.
  return { output: outcome.value.value as z.input<O>, requests }
}
