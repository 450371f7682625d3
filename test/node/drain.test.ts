import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, run } from './process.ts'

it.each(['SIGTERM', 'SIGINT'] as const)('%s: what is under way ends well, nothing new begins', async signal => {
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
        { timeout: 5_000 },
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
})
