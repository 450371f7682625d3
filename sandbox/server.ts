import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createSandbox } from './index.ts'

/** Serves the sandbox providers on 127.0.0.1, on any free port. */
export async function startSandbox(port = 0): Promise<{ url: string; reset(): void; close(): Promise<void> }> {
  const { app, reset } = createSandbox()
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => resolve(listening))
    listening.once('error', reject)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
