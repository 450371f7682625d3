/** The account that was connected. */
export interface Connected {
  readonly connection_id: string
  readonly provider_config_key: string
}

/** What the page says while it is open. */
export type ConnectEvent =
  | { readonly state: 'ready' | 'close' }
  | ({ readonly state: 'connected' } & Connected)
  | { readonly state: 'error'; readonly code: string; readonly detail: string }

export interface OpenOptions {
  /** Token of a connect session, which your server makes. */
  readonly token: string
  /** Default: `iframe`. A `popup` must be opened in the handler of a click. */
  readonly mode?: 'popup' | 'iframe' | undefined
  /** Language, such as `de`. Default: what the browser asks for. */
  readonly lang?: string | undefined
  /** Default: what the person has set. */
  readonly theme?: 'light' | 'dark' | undefined
  /** Hears of everything, also of failures after which the person may try again. */
  readonly onEvent?: ((event: ConnectEvent) => void) | undefined
  /** Ends the page from outside. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Why no account was connected: the person `closed` the page, the browser `blocked` the window, the session is `expired`,
 * or it `failed` and the person gave up.
 */
export class ConnectError extends Error {
  constructor(code: 'closed' | 'blocked' | 'expired' | 'failed', detail: string)
  readonly name: 'ConnectError'
  readonly code: 'closed' | 'blocked' | 'expired' | 'failed'
  readonly detail: string
}

/**
 * Opens the connect page. Resolves when an account is connected, rejects with a `ConnectError` when it is over without.
 *
 * @example
 * const { connection_id } = await open({ token })
 */
export function open(options: OpenOptions): Promise<Connected>
