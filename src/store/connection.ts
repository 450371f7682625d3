import type { Row } from './sql.ts'

/** What a customer's account is reached with. */
export type Credentials =
  | {
      readonly type: 'OAUTH2'
      readonly access_token: string
      readonly refresh_token?: string | undefined
      readonly expires_at?: string | undefined
    }
  | { readonly type: 'API_KEY'; readonly apiKey: string }
  | { readonly type: 'BASIC'; readonly username: string; readonly password: string }
  | { readonly type: 'NONE' }

/** The person at the customer for whom a connection was made. */
export interface EndUser {
  readonly id: string
  readonly display_name: string | null
  readonly email: string | null
  readonly tags: Readonly<Record<string, string>>
  readonly organization: { readonly id: string; readonly display_name: string | null } | null
}

export interface Connection {
  readonly id: number
  readonly uuid: string
  readonly connection_id: string
  readonly provider_config_key: string
  readonly provider: string
  readonly connection_config: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly tags: Readonly<Record<string, string>>
  readonly end_user: EndUser | null
  readonly webhook_url_override: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly last_fetched_at: string | null
}
export interface NewConnection {
  readonly connection_id: string
  readonly credentials: Credentials
  readonly connection_config: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly tags: Readonly<Record<string, string>>
  readonly end_user: EndUser | null
  readonly webhook_url_override: string | null
}
export type ConnectionChange = Partial<Pick<NewConnection, 'tags' | 'end_user' | 'webhook_url_override'>>

/** A row of a connection joined with its integration. */
export const connectionOf = (row: Row): Connection => ({
  id: row.id as number,
  uuid: row.uuid as string,
  connection_id: row.connection_id as string,
  provider_config_key: row.unique_key as string,
  provider: row.provider as string,
  connection_config: JSON.parse(row.connection_config as string),
  metadata: row.metadata === null ? null : JSON.parse(row.metadata as string),
  tags: JSON.parse(row.tags as string),
  end_user: row.end_user === null ? null : JSON.parse(row.end_user as string),
  webhook_url_override: row.webhook_url_override as string | null,
  created_at: row.created_at as string,
  updated_at: row.updated_at as string,
  last_fetched_at: row.last_fetched_at as string | null,
})
