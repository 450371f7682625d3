// A process of the gateway with the action functions of the tests. Its first line says where it listens.
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { stopOnSignal } from '../../src/node.ts'
import { surviveFaults } from '../../src/node-faults.ts'
import { acme } from '../actions/gateway.ts'
import { openApp } from '../support/opened.ts'

surviveFaults()
const { app, close } = openApp({ acme })
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () =>
  console.log(JSON.stringify({ listening: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
)
stopOnSignal(async () => {
  server.close()
  await close()
})
