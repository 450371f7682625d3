import { join } from 'node:path'
import { HEADERS, INTEGRATION, KEY } from './ask.ts'
import { freePort, type Server, startServer } from './process.ts'
import { productFlags } from './product-flags.ts'

/** Settings of a gateway that is measured: no limit of its own, and a provider on this machine. */
export const settings = {
  KOINE_MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)).toString('base64'),
  KOINE_SECRET_KEY: KEY,
  KOINE_ALLOW_PRIVATE_HOSTS: '1',
  KOINE_RATE_LIMIT: '0',
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
    unique_key: INTEGRATION,
    integration_config: { base_url: upstream },
  })
  await post('/connections', {
    provider_config_key: INTEGRATION,
    connection_id: HEADERS['connection-id'],
    credentials: { type: 'OAUTH2', access_token: 'token' },
  })
}

/** Starts a gateway of its own data, with the flags of `npm start`, with a connection to the upstream. */
async function start(name: string, upstream: string, directory: string, index?: string): Promise<Server> {
  const port = await freePort()
  const server = await startServer('src/node.ts', [], {
    port,
    flags: productFlags(),
    preload: index === undefined ? [] : ['./bench/other-index.ts'],
    environment: {
      ...settings,
      PORT: String(port),
      KOINE_DATA: join(directory, name),
      ...(index !== undefined && { BENCH_INDEX: index }),
    },
    log: join(directory, `${name}.log`),
  })
  await connect(server.url, upstream)
  return server
}

/** The gateway alone. */
export const startGateway = (upstream: string, directory: string): Promise<Server> =>
  start('gateway', upstream, directory)

/** The same gateway, with the action functions of `functions/` besides. */
export const startWithFunctions = (upstream: string, directory: string): Promise<Server> =>
  start('with-functions', upstream, directory, new URL('functions/index.ts', import.meta.url).href)
