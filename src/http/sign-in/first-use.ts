import { tryCredentials } from '../../credentials/verify.ts'
import type { Credentials } from '../../store/index.ts'
import type { ConnectStep } from '../connect/flow.ts'
import type { HttpServices } from '../context.ts'
import type { OpenedIntegration } from './unstored-account.ts'

interface Account {
  readonly credentials: Credentials
  readonly config: Readonly<Record<string, unknown>>
}

/**
 * Tries credentials that were filled in before they are kept. Answers the account, with a warning where it could not be
 * tried; or that the provider refuses it.
 */
export async function firstUse(
  services: HttpServices,
  opened: OpenedIntegration,
  account: Account,
): Promise<(Account & { readonly warning?: string | undefined }) | Extract<ConnectStep, { failed: unknown }>> {
  const { verdict, credentials, captured } = await tryCredentials(services, { ...opened, ...account })
  if (verdict !== 'ok' && 'refused' in verdict)
    return { failed: { code: 'connection_test_failed', detail: verdict.refused } }
  const config = { ...account.config, ...captured }
  return { credentials, config, ...(verdict !== 'ok' && { warning: verdict.unknown }) }
}
