// A gateway without storage and network, for action functions that are tried: the rest is what production runs.

import type { ActionServices } from '../../actions/trigger.ts'
import { readConfig } from '../../config.ts'
import type { Catalogue } from '../../mapping/catalogue.ts'
import { createProviderClient } from '../../provider/client.ts'
import { createCursors } from '../../records/cursor.ts'
import type { HttpSender } from '../../services.ts'
import type { OpenedConnection, Store } from '../../store/index.ts'

/** Base64 of 32 bytes: nothing that is sealed with it outlives the process. */
const MASTER = `${'A'.repeat(43)}=`

export interface Offline {
  readonly catalogue: Catalogue
  /** Answers in the provider's place. */
  readonly send: HttpSender['send']
  readonly connection: OpenedConnection
  readonly variables?: readonly { readonly name: string; readonly value: string }[]
}

/** A store that holds one connection, keeps what an action changes of its metadata, and has nothing else. */
function storeOf({ connection, variables = [] }: Offline): Store {
  let found = connection
  const { unique_key } = connection.integration
  const absent = (): never => {
    throw new Error('Nothing is stored offline.')
  }
  const held = {
    lookup(_: string, id: string, key?: string) {
      if (key !== undefined && key !== unique_key) return { missing: 'integration' }
      return id === connection.connection_id ? { found } : { missing: 'connection' }
    },
    logs: { add() {} },
    integrations: { find: async (_: string, key: string) => (key === unique_key ? connection.integration : undefined) },
    variables: { list: async () => variables },
    connections: {
      async setMetadata(_: string, __: string, { metadata, how }: { metadata: object; how: 'replace' | 'merge' }) {
        // As stored: what is no JSON does not come back.
        const next = how === 'merge' ? { ...found.metadata, ...metadata } : metadata
        found = { ...found, metadata: JSON.parse(JSON.stringify(next)) }
        return { set: true }
      },
    },
  }
  return new Proxy(held as unknown as Store, { get: (target, name) => Reflect.get(target, name) ?? absent })
}

/** The gateway around one connection; pauses between attempts take no time. */
export function offlineServices(given: Offline): ActionServices {
  const read = readConfig({ KOINE_MASTER_KEY: MASTER, KOINE_SECRET_KEY: 'offline-key', KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join('; '))
  const { config } = read
  const now = Date.now
  return {
    config,
    store: storeOf(given),
    catalogue: given.catalogue,
    cursors: createCursors(MASTER),
    client: createProviderClient({
      // An action's requests are read whole: nothing is streamed.
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
