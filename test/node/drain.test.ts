import { Agent, createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'vitest'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, run } from './process.ts'

// Side by side: each has a process of its own, and most of its time is the announcement of a stop.
it.concurrent.for(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is under way ends well, nothing new begins',
  async (signal, { expect }) => {
    const { path, remove } = await directory()
    let asked: () => void
    const under = new Promise<void>(resolve => {
      asked = resolve
    })
    let answer: ServerResponse | undefined
    const slow = createServer((_, response) => {
      answer = response
      asked()
    })
    await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve))
    const gateway = run('src/node.ts', { ...settings, KOINE_PROVIDER_TIMEOUT: '20', KOINE_DATA: path, PORT: '0' })
    try {
      const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
      const key = settings.KOINE_SECRET_KEY
      const { call, connect } = callerOf(
        () => ({ key, fetch: (at: string, init?: RequestInit) => fetch(url + at, init) }) as never,
      )
      await connect('slow', `http://127.0.0.1:${(slow.address() as AddressInfo).port}`)

      const pending = call('GET /contacts/1', { connection: 'slow' })
      await under
      gateway.child.kill(signal)
      // It has heard of the signal once it takes no more connections.
      await expect
        .poll(
          () =>
            call('GET /health').then(
              () => 'serves',
              () => 'closed',
            ),
          { timeout: 10_000 },
        )
        .toBe('closed')
      expect(gateway.child.exitCode).toBeNull()
      answer!.writeHead(200, { 'content-type': 'application/json' })
      answer!.end(JSON.stringify({ id: '1', properties: { lastname: 'Patience' } }))

      const { status, body } = await pending
      expect([status, body.data]).toEqual([200, { id: '1', last_name: 'Patience', name: 'Patience' }])
      expect(await gateway.ended).toBe(0)
      expect(gateway.err()).toBe('')
    } finally {
      gateway.child.kill('SIGKILL')
      await new Promise(resolve => slow.close(resolve))
      await remove()
    }
  },
)

const REFUSED = 'refused'

it.concurrent('SIGTERM: it first says that it is about to stop, and resets no connection that it had taken', async ({
  expect,
}) => {
  const { path, remove } = await directory()
  const gateway = run('src/node.ts', { ...settings, KOINE_DATA: path, PORT: '0' })
  try {
    const [, url = ''] = await gateway.said(/"listening":"([^"]+)"/)
    /** What is answered on the one connection of an agent: its status and `Connection`, or why there is no answer. */
    const ask = (agent: Agent, at: string): Promise<string> =>
      new Promise(resolve => {
        const request = get(url + at, { agent }, answer => {
          answer.resume()
          answer.on('end', () => resolve(`${answer.statusCode} ${answer.headers.connection}`))
        }).on('error', (error: NodeJS.ErrnoException) =>
          // What is new may be refused, or come in the moment in which nobody listens any more.
          resolve(request.reusedSocket ? error.code! : REFUSED),
        )
      })
    const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
    for (const agent of agents) expect(await ask(agent, '/ready')).toBe('200 keep-alive')
    gateway.child.kill('SIGTERM')
    const seen = new Set<string>()
    await Promise.all(
      agents.map(async (agent, i) => {
        for (;;) {
          const answer = await ask(agent, i % 2 === 0 ? '/ready' : '/health')
          if (answer === REFUSED) return
          seen.add(`${i % 2 === 0 ? '/ready' : '/health'} ${answer}`)
        }
      }),
    )
    seen.delete('/ready 200 keep-alive')
    seen.delete('/health 200 keep-alive')
    expect([...seen].sort()).toEqual(['/health 200 close', '/ready 503 close'])
    expect(await gateway.ended).toBe(0)
    for (const agent of agents) agent.destroy()
  } finally {
    gateway.child.kill('SIGKILL')
    await remove()
  }
})
