import { files } from '../../mappings/index.ts'
import type { ActionServices } from '../../src/actions/trigger.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { readFolder } from '../../src/mapping/check/folder.ts'
import { nearest } from '../../src/mapping/report.ts'
import type { Fixture } from '../../src/mapping/schema/fixture.ts'
import { offlineServices } from '../../src/nango/testing/offline.ts'
import type { HttpSender } from '../../src/services.ts'
import type { OpenedConnection } from '../../src/store/index.ts'
import { CommandFault, MAPPINGS } from './command.ts'
import { answering } from './replies.ts'

/** A connection to run an action for where no gateway has one, configured as in the provider's fixtures. */
function madeUp(provider: string, connection: string, fixtures: readonly Fixture[]): OpenedConnection {
  return {
    id: 1,
    uuid: '00000000-0000-4000-8000-000000000001',
    connection_id: connection,
    integration: { unique_key: provider, provider, config: {}, backend: { type: 'direct' } },
    credentials: { type: 'OAUTH2', access_token: 'offline-token' },
    config: fixtures.find(fixture => fixture.connection)?.connection ?? {},
    metadata: null,
    version: '1',
  }
}

/**
 * What actions need where fixtures answer in the provider's place; `stored` is the connection of a real gateway, where
 * there is one. Throws a `CommandFault` where there is no such provider.
 */
export function openOffline(
  provider: string,
  connection: string,
  stored: OpenedConnection | undefined,
  unanswered: (request: string) => void,
): { opened: OpenedConnection; sender: HttpSender; servicesWith(sender: HttpSender): ActionServices } {
  if (!Object.hasOwn(files, provider))
    throw new CommandFault(`There is no provider "${provider}"; ${nearest(provider, Object.keys(files))}`)
  const fixtures = readFolder(MAPPINGS, provider).folder.fixtures as Record<string, Fixture>
  const opened = stored ?? madeUp(provider, connection, Object.values(fixtures))
  const { base_url: _, ...config } = opened.integration.config
  // Fixtures hold requests to the provider's own address, and none to a backend.
  const own: OpenedConnection = {
    ...opened,
    integration: { ...opened.integration, config, backend: { type: 'direct' } },
  }
  return {
    opened: own,
    sender: { send: answering(fixtures, unanswered), stream: async () => ({ fault: 'unreachable' }) },
    servicesWith: ({ send }) => offlineServices({ catalogue: openCatalogue(files, Date.now), send, connection: own }),
  }
}
