import { join } from 'node:path'
import { freePort, type Server, startServer } from './process.ts'

/** The key that the load sends; the hand-written handler expects the same. */
export const KEY = 'baseline-key'
/** What the load sends to every server alike. */
export const HEADERS = { authorization: `Bearer ${KEY}`, 'connection-id': 'bench' }
export const PATH = '/contacts?limit=100'

/** Settings of a gateway that is measured: no limit of its own, and a provider on this machine. */
export const settings = {
  KOINE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  KOINE_SECRET_KEY: KEY,
  KOINE_ALLOW_PRIVATE_HOSTS: '1',
  KOINE_RATE_LIMIT: '0',
  NODE_ENV: 'production',
} as const

/** Makes the connection that the load calls for, over the gateway's own routes. */
export async function connect(gateway: string, upstream: string): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(gateway + path, {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`)
  }
  await post('/integrations', {
    provider: 'hubspot',
    unique_key: 'bench',
    integration_config: { base_url: upstream },
  })
  await post('/connections', {
    provider_config_key: 'bench',
    connection_id: HEADERS['connection-id'],
    credentials: { type: 'OAUTH2', access_token: 'token' },
  })
}

/** The gateway as `node src/node.ts` runs it, with a connection to the upstream. */
export async function startGateway(upstream: string, directory: string): Promise<Server> {
  const port = await freePort()
  const server = await startServer('src/node.ts', [], {
    port,
    environment: { ...settings, PORT: String(port), KOINE_DATA: join(directory, 'gateway') },
    log: join(directory, 'gateway.log'),
  })
  await connect(server.url, upstream)
  return server
}
