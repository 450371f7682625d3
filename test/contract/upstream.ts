// Real servers on 127.0.0.1 that gateways under test call. Runs on Node, whichever runtime the gateway is in.
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createHubspot } from '../../sandbox/hubspot/index.ts'
import type { Upstream } from './entry-point.ts'
import { createFaults } from './faults.ts'

/** Starts them on a free port. */
export async function startUpstream(): Promise<{ upstream: Upstream; close(): Promise<void> }> {
  const app = new Hono()
  app.mount('/sandbox', createHubspot().app.fetch)
  app.mount('/scratch', createHubspot().app.fetch)
  app.mount('/faults', createFaults().fetch)
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => resolve(listening))
    listening.once('error', reject)
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    upstream: {
      sandbox: `${origin}/sandbox`,
      scratch: `${origin}/scratch`,
      faults: `${origin}/faults`,
      // The same port of the other loopback address: free, since nobody was given it.
      closed: `http://[::1]:${port}`,
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
