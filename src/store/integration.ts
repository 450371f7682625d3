import { aad, type Seal } from './aad.ts'
import { readJson, readNumber, readText, readTextOrNull } from './columns.ts'
import { type Backend, type BackendShown, type SealedFor, showBackend } from './integration-backend.ts'
import type { Row } from './sql.ts'

interface OAuthClientCredentials {
  readonly client_id: string
  readonly client_secret: string
  readonly scopes?: string | undefined
  readonly webhook_secret?: string | undefined
}
interface AppCredentials {
  readonly app_id: string
  /** The app's page at the provider, where people install it. */
  readonly app_link: string
  /** PEM, PKCS#8 or PKCS#1. */
  readonly private_key: string
}

/** What an integration signs customers in with: an OAuth client, an app that is installed, or both. */
export type IntegrationCredentials =
  | ({ readonly type: 'OAUTH2' } & OAuthClientCredentials)
  | ({ readonly type: 'APP' } & AppCredentials)
  | ({ readonly type: 'CUSTOM' } & OAuthClientCredentials & AppCredentials)

export interface Integration {
  readonly unique_key: string
  readonly provider: string
  readonly display_name: string | null
  readonly integration_config: Readonly<Record<string, string>>
  readonly custom: Readonly<Record<string, string>>
  readonly forward_webhooks: boolean
  readonly backend: BackendShown
  readonly created_at: string
  readonly updated_at: string
}

/** What a caller sets; `undefined` leaves it as it is. */
export interface IntegrationChange {
  readonly unique_key?: string | undefined
  readonly display_name?: string | undefined
  readonly credentials?: IntegrationCredentials | undefined
  readonly integration_config?: Readonly<Record<string, string>> | undefined
  readonly custom?: Readonly<Record<string, string>> | undefined
  readonly forward_webhooks?: boolean | undefined
  readonly backend?: Backend | undefined
}
export type NewIntegration = IntegrationChange & { readonly unique_key: string; readonly provider: string }

/** A row of `integrations`. */
export interface IntegrationRow {
  readonly id: string
  readonly integration: Integration
  /** The OAuth client, sealed. */
  readonly credentials: string | null
}

/** Reads a row of `SELECT * FROM integrations`. */
export const integrationRowOf = (row: Row): IntegrationRow => ({
  id: readText(row, 'id'),
  credentials: readTextOrNull(row, 'credentials'),
  integration: {
    unique_key: readText(row, 'unique_key'),
    provider: readText(row, 'provider'),
    display_name: readTextOrNull(row, 'display_name'),
    integration_config: readJson(row, 'integration_config'),
    custom: readJson(row, 'custom'),
    forward_webhooks: readNumber(row, 'forward_webhooks') === 1,
    backend: showBackend(readTextOrNull(row, 'backend')),
    created_at: readText(row, 'created_at'),
    updated_at: readText(row, 'updated_at'),
  },
})

/** Seals what an integration signs customers in with, for its place. */
export const sealCredentials = async (
  seal: Seal,
  { environment, id, version }: SealedFor,
  credentials: IntegrationCredentials | undefined,
): Promise<string | undefined> =>
  credentials && (await seal.seal(JSON.stringify(credentials), aad.integration(environment, id), version))
