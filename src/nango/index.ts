// The package `nango`, which action functions import: types, `createAction` and `ActionError`. All that a function can do
// is in its first argument.
import type { z } from 'zod'

type Json = Record<string, unknown>

/** Called with each page before its records are given. */
interface OnPage {
  readonly on_page?: (page: {
    readonly nextPageParam: string | number | undefined
    readonly response: ProxyResponse
  }) => Promise<void> | void
}

/** How the pages of a list follow each other. */
export type Pagination = OnPage &
  (
    | {
        readonly type: 'cursor'
        /** Where the answer has the next cursor. */
        readonly cursor_path_in_response: string
        readonly cursor_name_in_request: string
        readonly limit?: number | string
        readonly limit_name_in_request?: string
        readonly response_path?: string
        /** Puts cursor and limit into the body instead of the query. */
        readonly in_body?: boolean
      }
    | {
        readonly type: 'link'
        readonly link_rel_in_response_header?: string
        readonly link_path_in_response_body?: string
        readonly limit?: number | string
        readonly limit_name_in_request?: string
        readonly response_path?: string
      }
    | {
        readonly type: 'offset'
        readonly offset_name_in_request: string
        readonly offset_start_value?: number
        /** `per-page`: the offset counts pages; `by-response-size` (default): it counts records. */
        readonly offset_calculation_method?: 'per-page' | 'by-response-size'
        readonly limit?: number | string
        readonly limit_name_in_request?: string
        readonly response_path?: string
        readonly in_body?: boolean
      }
  )

/** A request to the provider, signed in as the connection. */
export interface ProxyConfiguration {
  /** Path on the provider's host, with its leading slash: `/crm/v3/objects/contacts`. */
  readonly endpoint: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'get' | 'post' | 'put' | 'patch' | 'delete'
  readonly params?: string | Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly data?: unknown
  /** Further attempts after a network failure, 429, 500, 502 to 504, and what `retryOn` names. At most 5. */
  readonly retries?: number
  /** Further statuses after which the request is sent again. */
  readonly retryOn?: readonly number[] | null
  /** Another host of the same provider. */
  readonly baseUrlOverride?: string | null
  readonly responseType?: 'json' | 'text' | 'arraybuffer'
  readonly decompress?: boolean
  readonly paginate?: Partial<Pagination>
}
/** An answer of the provider. */
export interface ProxyResponse<T = unknown> {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: T
}

/** Thrown to end an action with a failure: the caller gets 400 with the message and the whole payload. */
export class ActionError<T extends Json = Json> extends Error {
  override readonly name = 'ActionError'
  readonly payload: T | undefined
  constructor(payload?: T) {
    super(typeof payload?.message === 'string' ? payload.message : 'The action failed.')
    this.payload = payload
  }
}

/** Thrown where the provider answers with a failure. Unless the action catches it, the caller gets its status and body. */
export interface ProxyError extends Error {
  readonly response: ProxyResponse
}

/** A connection as an action sees it. */
export interface ActionConnection {
  readonly id: number
  readonly connection_id: string
  readonly provider_config_key: string
  readonly provider: string
  readonly connection_config: Json
  readonly metadata: Json | null
  readonly credentials: Json & { readonly type: string }
}

/** What an action function is given. */
export interface NangoAction {
  readonly connectionId: string
  readonly providerConfigKey: string
  readonly provider: string
  readonly environmentName: string
  readonly activityLogId: string
  readonly ActionError: typeof ActionError
  proxy<T = unknown>(config: ProxyConfiguration): Promise<ProxyResponse<T>>
  get<T = unknown>(config: Omit<ProxyConfiguration, 'method'>): Promise<ProxyResponse<T>>
  post<T = unknown>(config: Omit<ProxyConfiguration, 'method'>): Promise<ProxyResponse<T>>
  put<T = unknown>(config: Omit<ProxyConfiguration, 'method'>): Promise<ProxyResponse<T>>
  patch<T = unknown>(config: Omit<ProxyConfiguration, 'method'>): Promise<ProxyResponse<T>>
  delete<T = unknown>(config: Omit<ProxyConfiguration, 'method'>): Promise<ProxyResponse<T>>
  /** The records of each page, page by page. */
  paginate<T = unknown>(config: ProxyConfiguration): AsyncGenerator<T[], undefined, void>
  getConnection(): Promise<ActionConnection>
  /** An access token, or the credentials themselves where there is none. */
  getToken(): Promise<string | Json>
  getMetadata<T = Json>(): Promise<T>
  setMetadata(metadata: Json): Promise<void>
  updateMetadata(metadata: Json): Promise<void>
  getIntegration(): Promise<{ readonly unique_key: string; readonly provider: string }>
  getEnvironmentVariables(): Promise<readonly { readonly name: string; readonly value: string }[] | null>
  /** Runs another action, on this or another connection of the environment. */
  triggerAction<O = unknown>(
    providerConfigKey: string,
    connectionId: string,
    actionName: string,
    input?: unknown,
  ): Promise<O>
  /** Does nothing: a text of the author's may hold personal data, so it is not stored. */
  log(...message: unknown[]): Promise<void>
  zodValidateInput<T extends z.ZodType>(given: {
    zodSchema: T
    input: unknown
  }): Promise<{ readonly data: z.output<T> }>
}
export type { NangoAction as Nango }

/** An action function, as its file exports it. */
export interface Action<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly type: 'action'
  readonly description: string
  readonly version: string
  readonly input: I
  readonly output: O
  readonly metadata?: z.ZodType
  /** For documentation: permissions at the provider that it needs. */
  readonly scopes?: readonly string[]
  /** Seconds that it may take; 60 when left out. */
  readonly timeout?: number
  /** It may be carried out twice without harm, so that a run of it is resumed where the gateway ended over it. */
  readonly idempotent?: boolean
  /** `none`: it runs without a connection. */
  readonly auth?: 'connection' | 'none'
  exec(nango: NangoAction, input: z.output<I>): Promise<z.input<O>> | z.input<O>
}

/**
 * Makes an action function. Its name is its file's; `input` and `output` are zod schemas that are checked at run time.
 *
 * @example
 * export default createAction({
 *   description: 'Counts the open issues of a repository.',
 *   input: z.object({ repo: z.string() }),
 *   output: z.object({ open: z.number() }),
 *   exec: async (nango, { repo }) => {
 *     const { data } = await nango.get<unknown[]>({ endpoint: `/repos/${repo}/issues` })
 *     return { open: data.length }
 *   },
 * })
 */
export function createAction<I extends z.ZodType, O extends z.ZodType>(
  action: Omit<Action<I, O>, 'type' | 'version'> & { readonly version?: string; readonly endpoint?: unknown },
): Action<I, O> {
  const { endpoint: _, ...rest } = action
  return { version: '0.0.1', ...rest, type: 'action' } as Action<I, O>
}
