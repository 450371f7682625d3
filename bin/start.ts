// `npm start`: the gateway, and outside production the sandbox providers with a connection to each.

import { processLog } from '../src/node/log-lines.ts'
import { configure, failToStart, startGateway, stopOnSignal } from '../src/node.ts'
import { surviveFaults } from '../src/node-faults.ts'

const production = process.env.NODE_ENV === 'production'
const configured = configure({
  ...process.env,
  // The sandbox listens on this machine.
  ...(!production && { KOINE_ALLOW_PRIVATE_HOSTS: process.env.KOINE_ALLOW_PRIVATE_HOSTS ?? '1' }),
})
if (!configured.ok) {
  console.error(configured.faults.join('\n'))
  process.exit(1)
}
const log = processLog()
const gateway = await startGateway(configured.config, log).catch(failToStart)
surviveFaults(log)
if (production) {
  console.log(`Koine listens on ${gateway.url}`)
  stopOnSignal(gateway.close)
} else {
  const { startSandbox } = await import('../sandbox/server.ts')
  const { commandsOf, connectDemo } = await import('../sandbox/demo.ts')
  const sandbox = await startSandbox()
  stopOnSignal(async gently => {
    await gateway.close(gently)
    await sandbox.close()
  })
  const key = configured.config.KOINE_SECRET_KEY
  const demo = await connectDemo(gateway.url, key, sandbox.url)
  console.log(
    `\nKoine listens on ${gateway.url} (API reference: ${gateway.url}/docs)\nThe sandbox providers are connected; try:\n`,
  )
  console.log(`${commandsOf(gateway.url, key, demo).join('\n')}\n`)
}
