import type { z } from '@hono/zod-openapi'
import { type Fault, ProblemError } from '../../problem/index.ts'
import type { Connection, Credentials, EndUser, GivenToken, ListedConnection } from '../../store/index.ts'
import { faultOfAddress } from '../address-fault.ts'
import { faultAt } from '../request-faults.ts'
import type { connectionChange, ShownCredentials } from './schemas.ts'

/** The problem of a connection that the store did not find, to be thrown. */
export function notFoundError(
  answer: { missing: 'connection' | 'integration' } | { ambiguous: true } | { refused: true },
): ProblemError {
  if ('refused' in answer) return new ProblemError('storage-integrity')
  return new ProblemError('ambiguous' in answer ? 'connection-ambiguous' : `${answer.missing}-not-found`)
}

/** What a connection in a list and a single one have in common. */
export const shared = (found: ListedConnection) => ({
  id: found.id,
  connection_id: found.connection_id,
  provider_config_key: found.provider_config_key,
  provider: found.provider,
  errors: found.fault_log_id === null ? [] : [{ type: 'auth' as const, log_id: found.fault_log_id }],
  end_user: found.end_user,
  tags: found.tags,
})
/** A single connection, with the credentials that the caller may see. */
export const full = (found: Connection, credentials: ShownCredentials) => ({
  ...shared(found),
  metadata: found.metadata,
  connection_config: found.connection_config,
  webhook_url_override: found.webhook_url_override,
  created_at: found.created_at,
  updated_at: found.updated_at,
  last_fetched_at: found.last_fetched_at,
  credentials,
})
/** A token without its refresh token, unless that was asked for. */
const visible = (
  { access_token, refresh_token, expires_at }: GivenToken,
  withRefreshToken: boolean,
): Omit<GivenToken, 'renewed_at'> => ({
  access_token,
  ...(expires_at !== undefined && { expires_at }),
  ...(withRefreshToken && refresh_token !== undefined && { refresh_token }),
})

/** Credentials as documented clients read them, with `raw` beside; the refresh token only when it was asked for. */
export function shown(credentials: Credentials, withRefreshToken: boolean): ShownCredentials {
  switch (credentials.type) {
    case 'OAUTH2': {
      const raw = visible(credentials, withRefreshToken)
      return { type: credentials.type, ...raw, raw: { ...raw } }
    }
    case 'OAUTH2_CC':
    case 'TWO_STEP':
    case 'JWT': {
      const { renewed_at: _, ...rest } = credentials
      return { ...rest, raw: { token: rest.token, expires_at: rest.expires_at } }
    }
    case 'APP': {
      const { type, token: access_token, installation_id, expires_at } = credentials
      return { type, installation_id, access_token, expires_at, raw: { access_token, expires_at } }
    }
    case 'CUSTOM': {
      const { type, token: access_token, installation_id, expires_at, user } = credentials
      const person = user ? visible(user, withRefreshToken) : null
      return { type, app: { installation_id, access_token, expires_at }, user: person, raw: {} }
    }
    default:
      return credentials
  }
}
/** Tags with their names in lower case, as they are kept. */
export const lower = (given: Readonly<Record<string, string>> | undefined) =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
/** The person for whom a connection is made, as kept; null where the body names none. */
export const endUserOf = (given: z.output<typeof connectionChange>['end_user']): EndUser | null =>
  given
    ? {
        id: given.id,
        display_name: given.display_name ?? null,
        email: given.email ?? null,
        tags: lower(given.tags),
        organization: null,
      }
    : null

/** What is wrong with a connection's own webhook address. */
export function faultsOfWebhook(url: string | undefined, allowPrivate: boolean): Fault[] {
  const fault = url ? faultOfAddress(url, allowPrivate, { query: true }) : undefined
  return fault === undefined ? [] : [faultAt('/webhook_url_override', fault)]
}
