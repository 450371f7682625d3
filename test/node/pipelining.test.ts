import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf } from '../contract/caller.ts'
import { settings } from '../contract/entry-point.ts'
import { directory, type Running, run } from './process.ts'
import { raw, statuses } from './raw.ts'

const key = settings.KOINE_SECRET_KEY
/** Every public path whose answer is the same for all, and two that cost the gateway some work. */
const PATHS = [
  '/docs/reference.js',
  '/docs/start.js',
  '/openapi.json',
  '/docs',
  '/problems/internal',
  '/health',
  '/providers',
  '/coverage',
]
const requestOf = (path: string, more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${key}\r\n${more}\r\n`

let gateway: Running
let url = ''
let remove: () => Promise<void>
beforeAll(async () => {
  const place = await directory()
  remove = place.remove
  gateway = run('src/node.ts', { ...settings, KOINE_DATA: place.path, PORT: '0' })
  url = (await gateway.said(/"listening":"([^"]+)"/))[1]!
})
afterAll(async () => {
  gateway.child.kill('SIGKILL')
  await remove()
})

/** Memory of the gateway, in MB. */
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8'))![1]) / 1024

describe('requests that do not wait for the answers before them', () => {
  it.skipIf(!existsSync('/proc/self/status'))('600 unread ones hold no more than one answer', async () => {
    // Young memory grows with any traffic, and is not what is asked here.
    const warm = await raw(url)
    warm.socket.write(requestOf('/problems/internal').repeat(1_500) + requestOf('/ready', 'Connection: close\r\n'))
    expect(statuses(await warm.closed)).toHaveLength(1_501)
    const found: [string, boolean][] = []
    for (const path of PATHS) {
      for (let i = 0; i < 20; i++) await (await fetch(url + path, { headers: { 'x-api-key': key } })).arrayBuffer()
      const idle = memory()
      const { socket } = await raw(url, { unread: true })
      socket.write(requestOf(path).repeat(600))
      let most = 0
      for (let i = 0; i < 10; i++) {
        await delay(100)
        most = Math.max(most, memory())
      }
      socket.destroy()
      found.push([path, most <= idle * 1.2])
    }
    expect(found).toEqual(PATHS.map(path => [path, true]))
  })

  it('all are answered, in their order, to one who reads', async () => {
    const { socket, closed } = await raw(url)
    const paths = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? '/health' : `/nowhere-${i}`))
    socket.write(paths.map(path => requestOf(path)).join(''))
    socket.write(requestOf('/ready', 'Connection: close\r\n'))
    expect(statuses(await closed)).toEqual([...paths.map(path => (path === '/health' ? 200 : 404)), 200])
  })

  it('nothing is carried out after a request that ends the connection', async () => {
    const { socket, closed } = await raw(url)
    const body = JSON.stringify({ name: 'never' })
    const post = `POST /environments HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    socket.write(requestOf('/health', 'Connection: close\r\n') + post)
    // Node itself answers 400 where both come in one piece.
    expect(statuses(await closed)).toHaveLength(1)
    const { data } = (await (await fetch(`${url}/environments`, { headers: { 'x-api-key': key } })).json()) as {
      data: { name: string }[]
    }
    expect(data.map(({ name }) => name)).not.toContain('never')
  })

  it('a provider is called for one at a time, and a body behind is read when its turn comes', async () => {
    const answers: ServerResponse[] = []
    let most = 0
    const provider = createServer((_, response) => {
      answers.push(response)
      most = Math.max(most, answers.length)
      setTimeout(() => {
        answers.splice(answers.indexOf(response), 1)
        response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
      }, 20)
    })
    await new Promise<void>(resolve => provider.listen(0, '127.0.0.1', resolve))
    try {
      const { connect } = callerOf(
        () => ({ key, fetch: (at: string, init?: RequestInit) => fetch(url + at, init) }) as never,
      )
      await connect('turns', `http://127.0.0.1:${(provider.address() as AddressInfo).port}`)
      const { socket, closed } = await raw(url)
      const body = JSON.stringify({ name: 'x'.repeat(60_000) })
      socket.write(requestOf('/contacts/1', 'Connection-Id: turns\r\n').repeat(5))
      socket.write(
        `POST /environment/api-keys HTTP/1.1\r\nHost: gateway\r\nX-Api-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      socket.write(requestOf('/health', 'Connection: close\r\n'))
      expect(statuses(await closed)).toEqual([404, 404, 404, 404, 404, 422, 200])
      expect(most).toBe(1)
    } finally {
      await new Promise(resolve => provider.close(resolve))
    }
  })
})
