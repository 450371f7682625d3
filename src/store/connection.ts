import { readJson, readJsonOrNull, readNumber, readText, readTextOrNull } from './columns.ts'
import type { Row } from './sql.ts'

/** What signs requests to a customer's account. */
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

/** A row of `connections`, joined with its integration. */
export interface ConnectionRow {
  readonly connection: Connection
  /** Its secrets, sealed. */
  readonly credentials: string
}

/** Reads a row of a connection, joined with `unique_key` and `provider` of its integration. */
export const connectionRowOf = (row: Row): ConnectionRow => ({
  credentials: readText(row, 'credentials'),
  connection: {
    id: readNumber(row, 'id'),
    uuid: readText(row, 'uuid'),
    connection_id: readText(row, 'connection_id'),
    provider_config_key: readText(row, 'unique_key'),
    provider: readText(row, 'provider'),
    connection_config: readJson(row, 'connection_config'),
    metadata: readJsonOrNull(row, 'metadata'),
    tags: readJson(row, 'tags'),
    end_user: readJsonOrNull(row, 'end_user'),
    webhook_url_override: readTextOrNull(row, 'webhook_url_override'),
    created_at: readText(row, 'created_at'),
    updated_at: readText(row, 'updated_at'),
    last_fetched_at: readTextOrNull(row, 'last_fetched_at'),
  },
})
