// Runs action functions as the gateway does, without storage and network.

import type { ActionServices } from '../../actions/trigger.ts'
import { readConfig } from '../../config.ts'
import type { Catalogue } from '../../mapping/catalogue.ts'
import { createProviderClient } from '../../provider/client.ts'
import { createCursors } from '../../records/cursor.ts'
import type { HttpSender } from '../../services.ts'
import type { OpenedConnection } from '../../store/index.ts'

/** Base64 of 32 bytes. Nothing that is sealed with it leaves the process. */
const MASTER = `${'A'.repeat(43)}=`

export interface Offline {
  readonly catalogue: Catalogue
  /** Answers requests in place of the provider. */
  readonly send: HttpSender['send']
  readonly connection: OpenedConnection
  readonly variables?: readonly { readonly name: string; readonly value: string }[]
}

/** A store that holds one connection, and what an action changes of its metadata. */
function storeOf({ connection, variables = [] }: Offline): ActionServices['store'] {
  let found = connection
  const { unique_key } = connection.integration
  return {
    lookup(_, id, key) {
      if (key !== undefined && key !== unique_key) return { missing: 'integration' }
      return id === connection.connection_id ? { found } : { missing: 'connection' }
    },
    logs: { add() {} },
    integrations: { find: async (_, key) => (key === unique_key ? connection.integration : undefined) },
    variables: { list: async () => [...variables] },
    connections: {
      async setMetadata(_, __, { metadata, how }) {
        const next = how === 'merge' ? { ...found.metadata, ...metadata } : metadata
        // A value that JSON does not have is not stored.
        found = { ...found, metadata: JSON.parse(JSON.stringify(next)) }
        return { set: true }
      },
    },
  }
}

/** Makes what actions need around one connection. Pauses between attempts take no time. */
export function offlineServices(given: Offline): ActionServices {
  const read = readConfig({ KOINE_MASTER_KEY: MASTER, KOINE_SECRET_KEY: 'offline-key', KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join('; '))
  const { config } = read
  const now = Date.now
  return {
    config,
    store: storeOf(given),
    catalogue: given.catalogue,
    cursors: createCursors(MASTER, Date.now),
    client: createProviderClient({
      // Only `/proxy` streams, and it is not there.
      sender: { send: given.send, stream: async () => ({ fault: 'unreachable' }) },
      now,
      maxBytes: config.KOINE_ANSWER_LIMIT,
      allowPrivate: config.KOINE_ALLOW_PRIVATE_HOSTS,
      sleep: async () => {},
      random: () => 0,
    }),
    now,
  }
}
