import { type BoundConnection, boundConnectionOf } from './bound-row.ts'
import { readJson, readJsonOrNull, readNumber, readText, readTextOrNull } from './columns.ts'
import type { Row } from './sql.ts'

/** A token that a provider gave. */
export interface GivenToken {
  readonly access_token: string
  readonly refresh_token?: string | undefined
  /** RFC 3339; missing where nothing says when it ends. */
  readonly expires_at?: string | undefined
  /** RFC 3339: when the gateway asked for it; missing where it was brought in. */
  readonly renewed_at?: string | undefined
}
/** A token that is asked for anew with what the connection holds, each time it ends. Missing before the first time. */
interface OwnToken {
  readonly token?: string | undefined
  readonly expires_at?: string | undefined
  readonly renewed_at?: string | undefined
}

/** What signs requests to a customer's account. */
export type Credentials =
  | ({
      readonly type: 'OAUTH2'
      /** The OAuth client that the token was given to, where it is not the integration's. */
      readonly config_override?: { readonly client_id: string; readonly client_secret: string } | undefined
    } & GivenToken)
  | ({ readonly type: 'OAUTH2_CC'; readonly client_id: string; readonly client_secret: string } & OwnToken)
  | { readonly type: 'API_KEY'; readonly apiKey: string }
  | { readonly type: 'BASIC'; readonly username: string; readonly password: string }
  /** What the customer filled in, by the names of the provider's `fields`. */
  | ({ readonly type: 'TWO_STEP' | 'JWT'; readonly fields: Readonly<Record<string, string>> } & OwnToken)
  | ({ readonly type: 'APP'; readonly installation_id: string } & OwnToken)
  /** An app that is installed, and the token of the person who installed it. */
  | ({ readonly type: 'CUSTOM'; readonly installation_id: string; readonly user?: GivenToken | undefined } & OwnToken)
  | { readonly type: 'NONE' }

/** The answers of a connection as they are kept: with the installation of its app, by which others to it are found. */
export const keptAnswers = (
  credentials: Credentials,
  answers: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  credentials.type === 'APP' || credentials.type === 'CUSTOM'
    ? { ...answers, installation_id: credentials.installation_id }
    : answers

/** What is known of the token that signs; undefined for credentials without one. */
export function tokenOf(
  credentials: Credentials,
): { token: string | undefined; expires_at: string | undefined; renewed_at: string | undefined } | undefined {
  if (credentials.type === 'API_KEY' || credentials.type === 'BASIC' || credentials.type === 'NONE') return undefined
  const { expires_at, renewed_at } = credentials
  return { token: credentials.type === 'OAUTH2' ? credentials.access_token : credentials.token, expires_at, renewed_at }
}

/** Credentials with another token in the place of the one that signs. The refresh token stays where none is given. */
export function withToken(
  credentials: Credentials,
  { access_token, refresh_token, expires_at, renewed_at }: GivenToken,
): Credentials {
  switch (credentials.type) {
    case 'OAUTH2':
      return {
        ...credentials,
        access_token,
        expires_at,
        renewed_at,
        ...(refresh_token !== undefined && { refresh_token }),
      }
    case 'API_KEY':
    case 'BASIC':
    case 'NONE':
      return credentials
    default:
      return { ...credentials, token: access_token, expires_at, renewed_at }
  }
}

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
  /** The entry of the log that says why its token was not refreshed; null where nothing went wrong the last time. */
  readonly fault_log_id: string | null
}
/** A connection in a list. */
export type ListedConnection = Pick<
  Connection,
  'id' | 'connection_id' | 'provider_config_key' | 'provider' | 'tags' | 'end_user' | 'created_at' | 'fault_log_id'
> & {
  /** Missing where the metadata of the list would have been too much of an answer. */
  readonly metadata?: Connection['metadata'] | undefined
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

/** What a change sets, as it is stored; undefined leaves a column as it is. */
export const columnsOf = ({ tags, end_user, webhook_url_override }: ConnectionChange) => ({
  tags: tags && JSON.stringify(tags),
  end_user: end_user && JSON.stringify(end_user),
  webhook_url_override,
})

/** A row of `connections`, joined with its integration. */
export interface ConnectionRow {
  readonly connection: Connection
  /** Its secrets, sealed. */
  readonly credentials: string
  /** What they may be sealed together with. */
  readonly bound: BoundConnection
}

/** Reads from the column `auth_fault` which entry of the log it is about. */
export const faultLogIdOf = (row: Row): string | null =>
  readJsonOrNull<{ log_id: string }>(row, 'auth_fault')?.log_id ?? null

/** Reads a row of a connection, joined with `unique_key` and `provider` of its integration. */
export const connectionRowOf = (row: Row): ConnectionRow => ({
  credentials: readText(row, 'credentials'),
  bound: boundConnectionOf(row),
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
    fault_log_id: faultLogIdOf(row),
  },
})
