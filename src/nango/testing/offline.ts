// A gateway without storage and network, for action functions that are tried: the rest is what production runs.

import type { Gateway } from '../../app.ts'
import { readConfig } from '../../config.ts'
import type { Catalogue } from '../../mapping/catalogue.ts'
import { createCircuit } from '../../provider/circuit.ts'
import type { StreamWire } from '../../provider/stream.ts'
import type { Wire } from '../../provider/wire.ts'
import { createCursors } from '../../records/cursor.ts'
import type { LiveConnection, Store } from '../../store/index.ts'

/** Base64 of 32 bytes: nothing that is sealed with it outlives the process. */
const MASTER = `${'A'.repeat(43)}=`

export interface Offline {
  readonly catalogue: Catalogue
  /** Answers in the provider's place. */
  readonly wire: Wire
  readonly connection: LiveConnection
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
    live(_: string, id: string, key?: string) {
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

/** Passes bodies through a wire that answers with texts. */
const streamOver =
  (wire: Wire): StreamWire =>
  async ({ body, ...request }) => {
    const text = body === null ? undefined : await new Response(body).text()
    const result = await wire({ ...request, body: text, maxBytes: Number.POSITIVE_INFINITY })
    if ('fault' in result) return result
    const { status, headers, text: content } = result.answer
    return { answer: { status, headers: new Headers([...headers.entries()]), body: new Blob([content]).stream() } }
  }

/** The gateway around one connection; pauses between tries take no time. */
export function offlineGateway(given: Offline): Gateway {
  const { catalogue, wire } = given
  const read = readConfig({ KOINE_MASTER_KEY: MASTER, KOINE_SECRET_KEY: 'offline-key', KOINE_RATE_LIMIT: '0' })
  if (!read.ok) throw new Error(read.faults.join('; '))
  const now = Date.now
  return {
    config: read.config,
    store: storeOf(given),
    catalogue,
    cursors: createCursors(MASTER),
    wire,
    stream: streamOver(wire),
    asset: async () => undefined,
    now,
    log: () => {},
    carrier: { wire, now, sleep: async () => {}, random: () => 0, circuit: createCircuit(now) },
  }
}
