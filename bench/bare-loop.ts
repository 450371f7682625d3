// What runs are measured beside: loops that call the same provider one request after the other, keep nothing, and know
// nothing of connections or schemas. `node bench/bare-loop.ts <address> <loops> <requests in each>`.
import { Agent, request } from 'undici'

const [address = '', loops = '1', each = '1'] = process.argv.slice(2)
const dispatcher = new Agent({ connections: null, pipelining: 1 })

async function loop(n: number): Promise<void> {
  for (let made = 0; made < Number(each); made++) {
    const { body } = await request(`${address}/crm/v3/objects/contacts/${n}`, {
      dispatcher,
      headers: { authorization: `Bearer token-${n}` },
    })
    JSON.parse(await body.text())
  }
}
const [began, used] = [performance.now(), process.cpuUsage()]
await Promise.all(Array.from({ length: Number(loops) }, (_, n) => loop(n)))
const { user, system } = process.cpuUsage(used)
console.log(JSON.stringify({ ms: performance.now() - began, cpu: (user + system) / 1000 }))
await dispatcher.close()
