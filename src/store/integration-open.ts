import { aad, type Seal, SealError } from './aad.ts'
import { boundIntegrationOf, checkIntegration } from './bound-row.ts'
import { readText, readTextOrNull } from './columns.ts'
import { integrationRowOf } from './integration.ts'
import { openBackend } from './integration-backend.ts'
import type { OpenedConnection } from './opened-connection.ts'
import type { SealLog } from './seal-log.ts'
import type { Row } from './sql.ts'

interface Options {
  readonly seal: Seal
  readonly sealLog: SealLog
}

/** Whether a row of `integrations` is bound to its secrets; undefined where it was altered. */
export async function isBound({ seal, sealLog }: Options, row: Row): Promise<boolean | undefined> {
  try {
    return await checkIntegration(seal, boundIntegrationOf(row), readTextOrNull(row, 'mac'), [
      readTextOrNull(row, 'credentials'),
    ])
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    sealLog.refused(row, error)
    return undefined
  }
}

/** Opens an integration for a call. `refused`: it was altered by somebody without the master key, or does not open. */
export async function openIntegration(
  options: Options,
  row: Row,
): Promise<OpenedConnection['integration'] | { refused: true }> {
  const { seal, sealLog } = options
  if ((await isBound(options, row)) === undefined) return { refused: true }
  const { id, integration, credentials } = integrationRowOf(row)
  const environment = readText(row, 'environment_id')
  try {
    const text = credentials === null ? undefined : await seal.open(credentials, aad.integration(environment, id))
    return {
      unique_key: integration.unique_key,
      provider: integration.provider,
      config: integration.integration_config,
      ...(text !== undefined && { credentials: JSON.parse(text) }),
      backend: await openBackend(seal, environment, id, readTextOrNull(row, 'backend')),
    }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    sealLog.refused(row, error)
    return { refused: true }
  }
}
