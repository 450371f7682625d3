import type { Connection, Credentials } from '../store/index.ts'

/** What happened to the sign-in of a customer's account. */
export interface AuthEvent {
  /** Id of the environment. */
  readonly environment: string
  /** The connection; without `uuid` where a sign-in failed before there was one. */
  readonly connection: Pick<
    Connection,
    'connection_id' | 'provider_config_key' | 'provider' | 'tags' | 'end_user' | 'webhook_url_override'
  > & { readonly uuid?: string | undefined }
  /** How the account signs in: the type of its credentials. */
  readonly authMode: Credentials['type']
  /** It was made; its credentials were replaced by hand; its token was refreshed. */
  readonly operation: 'creation' | 'override' | 'refresh'
  readonly success: boolean
  /** Why not. */
  readonly error?: { readonly type: string; readonly description: string } | undefined
}

/** The body of the webhook `auth`, with the names that the documented action API has. */
export function authBody({ connection, authMode, operation, success, error }: AuthEvent, environmentName: string) {
  const { connection_id, provider_config_key, provider, tags, end_user } = connection
  return {
    from: 'nango',
    type: 'auth',
    operation,
    success,
    connectionId: connection_id,
    providerConfigKey: provider_config_key,
    provider,
    authMode,
    environment: environmentName,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(end_user && {
      endUser: {
        endUserId: end_user.id,
        ...(end_user.email !== null && { endUserEmail: end_user.email }),
        ...(end_user.organization && { organizationId: end_user.organization.id }),
        tags: end_user.tags,
      },
    }),
    ...(error && { error: { type: error.type, description: error.description } }),
  }
}
