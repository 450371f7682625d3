// What decides where secrets are sent is bound to them, so that whoever can write to the database, but has no master
// key, cannot send them elsewhere: an integration carries a MAC over its addresses, and the secrets of a connection are
// sealed together with its answers. A secret that is bound (`v2`) opens only beside an integration with a valid MAC, so
// removing the MAC helps nobody.
import { aad, isBound, type Seal, SealError, type SealVersion } from './aad.ts'
import { readText, readTextOrNull } from './columns.ts'
import type { Row } from './sql.ts'

/** The columns of an integration that decide where secrets are sent, and its names. */
export interface BoundIntegration {
  readonly id: string
  readonly environment_id: string
  readonly unique_key: string
  readonly provider: string
  /** JSON, as it is stored. */
  readonly integration_config: string
  readonly backend: string | null
}
/** Those of a connection. */
export interface BoundConnection {
  readonly uuid: string
  readonly environment_id: string
  readonly integration_id: string
  readonly connection_id: string
  readonly connection_config: string
}

/** What the MAC of an integration is made of. */
export const textOfIntegration = (row: BoundIntegration): string =>
  JSON.stringify([
    'integrations',
    row.environment_id,
    row.id,
    row.unique_key,
    row.provider,
    row.integration_config,
    row.backend,
  ])

/** The place of a connection's secrets, together with what decides where they are sent. */
export const placeOfConnection = (row: BoundConnection): string =>
  JSON.stringify([
    aad.connection(row.environment_id, row.uuid),
    row.integration_id,
    row.connection_id,
    row.connection_config,
  ])

/** Reads what is bound of an integration; `id` names the column of its id, which a join calls otherwise. */
export const boundIntegrationOf = (row: Row, id = 'id'): BoundIntegration => ({
  id: readText(row, id),
  environment_id: readText(row, 'environment_id'),
  unique_key: readText(row, 'unique_key'),
  provider: readText(row, 'provider'),
  integration_config: readText(row, 'integration_config'),
  backend: readTextOrNull(row, 'backend'),
})
/** Reads what is bound of a connection. */
export const boundConnectionOf = (row: Row): BoundConnection => ({
  uuid: readText(row, 'uuid'),
  environment_id: readText(row, 'environment_id'),
  integration_id: readText(row, 'integration_id'),
  connection_id: readText(row, 'connection_id'),
  connection_config: readText(row, 'connection_config'),
})

const isBackendBound = (backend: string | null): boolean => backend !== null && isBound(JSON.parse(backend).sealed)

/**
 * Checks the MAC of an integration; answers whether it has one. Rejects with a `SealError` where it is wrong, and where
 * it is missing though one of `secrets`, or the key of its backend, was sealed beside one.
 */
export async function checkIntegration(
  seal: Seal,
  row: BoundIntegration,
  mac: string | null,
  secrets: readonly (string | null)[],
): Promise<boolean> {
  if (mac !== null) {
    await seal.verify(mac, textOfIntegration(row))
    return true
  }
  if (isBackendBound(row.backend) || secrets.some(secret => secret !== null && isBound(secret)))
    throw new SealError('The MAC of the integration was removed.')
  return false
}

/** The place that a connection's secrets are sealed at, in either way. */
export const placeOf = (row: BoundConnection, version: SealVersion): string =>
  version === 'v2' ? placeOfConnection(row) : aad.connection(row.environment_id, row.uuid)

/** Opens the secrets of a connection, in either way that they may be sealed. */
export const openCredentials = (seal: Seal, row: BoundConnection, sealed: string): Promise<string> =>
  seal.open(sealed, placeOf(row, isBound(sealed) ? 'v2' : 'v1'))
