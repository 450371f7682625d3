// Keeps requests under way until it is stopped, whatever is answered; with `unread` nobody reads the answers. A process
// of its own: `node bench/saturate.ts <origin> <how many> <read or unread> <request as JSON>`. Prints a line once all of
// them were sent.
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'undici'
import type { Ask } from './ask.ts'

const [origin = '', many, how, asked = ''] = process.argv.slice(2)
const { method, path, headers, body } = JSON.parse(asked) as Ask
/** Milliseconds until a request that was refused is sent again. */
const REFUSED_MS = 1_000

/** A request whose answer is left in its socket. */
function leaveUnread(): void {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const lines = Object.entries({ host: hostname, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  socket.pause()
}

async function keepAsking(): Promise<never> {
  const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0 })
  for (;;) {
    const status = await client.request({ method, path, headers, body: body ?? null }).then(
      async response => {
        await response.body.dump()
        return response.statusCode
      },
      () => 0,
    )
    if (status !== 200) await delay(REFUSED_MS)
  }
}

for (let n = 0; n < Number(many); n++) {
  if (how === 'unread') leaveUnread()
  else void keepAsking()
}
await delay(REFUSED_MS)
console.log('{}')
setInterval(() => {}, REFUSED_MS)
