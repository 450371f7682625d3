import type { z } from '@hono/zod-openapi'
import { type Fault, ProblemError } from '../../problem/index.ts'
import type { Connection, Credentials, EndUser } from '../../store/index.ts'
import { faultOfAddress } from '../address-fault.ts'
import { faultAt } from '../request-faults.ts'
import type { connectionChange, ShownCredentials } from './schemas.ts'

/** The problem of a connection that the store did not find, to be thrown. */
export function notFoundError(answer: { missing: 'connection' | 'integration' } | { ambiguous: true }): ProblemError {
  return new ProblemError('ambiguous' in answer ? 'connection-ambiguous' : `${answer.missing}-not-found`)
}

/** What a connection in a list and a single one have in common. */
export const shared = ({ id, connection_id, provider_config_key, provider, end_user, tags, metadata }: Connection) => ({
  id,
  connection_id,
  provider_config_key,
  provider,
  // Of the documented API. Errors are not kept: whether credentials work is seen when they are used.
  errors: [] as { type: string; log_id: string }[],
  end_user,
  tags,
  metadata,
})
/** A single connection, with the credentials that the caller may see. */
export const full = (found: Connection, credentials: ShownCredentials) => ({
  ...shared(found),
  connection_config: found.connection_config,
  webhook_url_override: found.webhook_url_override,
  created_at: found.created_at,
  updated_at: found.updated_at,
  last_fetched_at: found.last_fetched_at,
  credentials,
})
/** Credentials as documented clients read them, with `raw` beside; the refresh token only when it was asked for. */
export function shown(credentials: Credentials, withRefreshToken: boolean): ShownCredentials {
  if (credentials.type !== 'OAUTH2') return credentials
  const { type, refresh_token, ...rest } = credentials
  const visible = { ...rest, ...(withRefreshToken && refresh_token !== undefined && { refresh_token }) }
  return { type, ...visible, raw: visible }
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
