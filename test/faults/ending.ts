// A process for itself that has faults happen to a gateway, closes what it opened, and does not end itself: it ends
// when nothing is left that could go on.
import { sandboxes } from '../../sandbox/index.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { configure, startGateway } from '../../src/node.ts'

const faults = ['slow-head', 'slow-body', 'reset', 'cut-short', 'gzip-not', 'gzip-bomb', 'rate-limited', 'redirect']

const configured = configure(process.env)
if (!configured.ok) throw new Error(configured.faults.join('\n'))
const gateway = await startGateway(configured.config, () => {})
const sandbox = await startSandbox()

async function call(method: string, path: string, connection?: string, body?: unknown): Promise<number> {
  const answer = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${configured.ok ? configured.config.KOINE_SECRET_KEY : ''}`,
      'content-type': 'application/json',
      ...(connection !== undefined && { 'connection-id': connection }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await answer.text()
  return answer.status
}

const statuses = await Promise.all(
  faults.map(async fault => {
    const { credentials } = sandboxes.hubspot!
    const integration_config = { base_url: `${sandbox.url}/hubspot` }
    await call('POST', '/integrations', undefined, { provider: 'hubspot', unique_key: fault, integration_config })
    await call('POST', '/connections', undefined, {
      provider_config_key: fault,
      connection_id: fault,
      credentials: credentials(fault),
    })
    return call('GET', '/contacts/1001', fault)
  }),
)
const started = performance.now()
await gateway.close()
// The sandbox hears of closed connections in its own time.
for (let looks = 0; looks < 50 && (await sandbox.sockets()) > 0; looks++)
  await new Promise(resolve => setTimeout(resolve, 20))
const left = await sandbox.sockets()
await sandbox.close()
console.log(JSON.stringify({ statuses, left, closed: Math.round(performance.now() - started) }))
