import type { EndUser } from './connection.ts'

/** What an integration's sign-in begins with in a session. */
export interface IntegrationDefaults {
  readonly user_scopes?: string | undefined
  readonly authorization_params?: Readonly<Record<string, string>> | undefined
  readonly connection_config?: Readonly<Record<string, unknown>> | undefined
}

/** What a connect session lets a person do. */
export interface NewConnectSession {
  readonly end_user: EndUser | null
  readonly tags: Readonly<Record<string, string>>
  /** Keys of integrations; null: all of the environment. */
  readonly allowed_integrations: readonly string[] | null
  readonly integrations_config_defaults: Readonly<Record<string, IntegrationDefaults>>
  /** Key of an integration → what its page shows otherwise. */
  readonly overrides: Readonly<Record<string, { readonly docs_connect?: string | undefined }>>
  readonly webhook_url_override: string | null
  /** Where the page leads back to when it was opened as a page; on an allowed origin. */
  readonly return_url: string | null
  /** The connection that is signed in again; null: a new one is made. */
  readonly reconnect: {
    readonly uuid: string
    readonly connection_id: string
    readonly provider_config_key: string
  } | null
}

/** A session that is not over. */
export interface ConnectSession extends NewConnectSession {
  readonly id: string
  readonly environment: string
  readonly expires_at: string
}

export interface ConnectSessions {
  /** Makes a session of 30 minutes. The token is kept as its hash alone. */
  create(
    environment: string,
    session: NewConnectSession,
  ): Promise<{ readonly token: string; readonly expires_at: string }>
  /** Undefined for a token that is unknown or over. */
  find(token: string): Promise<ConnectSession | undefined>
  /** Ends a session; answers whether there was one. */
  end(token: string): Promise<boolean>
}
