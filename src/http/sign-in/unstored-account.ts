import { type CallContext, createCallLog } from '../../backends/index.ts'
import type { ProviderFile } from '../../mapping/schema/index.ts'
import type { Credentials, OpenedConnection } from '../../store/index.ts'

/** An integration with its secrets open, and the file of its provider. */
export interface OpenedIntegration {
  readonly environment: string
  readonly integration: OpenedConnection['integration']
  readonly provider: ProviderFile
}

/** An account that is about to become a connection: it can be called, and is not stored. */
export function unstored(
  { environment, integration, provider }: OpenedIntegration,
  { credentials, config, id }: { credentials: Credentials; config: Readonly<Record<string, unknown>>; id: string },
): CallContext {
  return {
    environment,
    provider,
    connection: {
      id: 0,
      uuid: `sign-in/${id}`,
      connection_id: '',
      integration,
      credentials,
      config,
      metadata: null,
      version: '',
    },
    log: createCallLog(),
  }
}
