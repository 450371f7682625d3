import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { STARTED } from '../../src/http/sign-in/socket-messages.ts'
import { type Listener, listen } from '../../src/node/listen.ts'
import { networkOf } from '../../src/node/network-of.ts'
import { createSignInSockets } from '../../src/node/sign-in-sockets.ts'

type Options = NonNullable<Parameters<typeof createSignInSockets>[0]>
type Message = Readonly<Record<string, unknown>>

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: Options = {}) {
  const sockets = createSignInSockets(options)
  const answer = async (request: Request) =>
    Response.json({ plain: new URL(request.url).pathname, body: await request.text() })
  const listener: Listener = await listen(answer, { hostname: '127.0.0.1', port: 0, upgrades: sockets })
  closing.push(() => listener.close(false))
  return { sockets, listener, port: listener.port }
}
/** A client that keeps what it hears. */
function client(port: number, path = '/') {
  const heard: Message[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
  closing.push(() => socket.terminate())
  const closed = new Promise<number>(resolve => {
    socket.on('error', () => resolve(0))
    socket.on('close', resolve)
  })
  const waiting: (() => void)[] = []
  socket.on('message', data => {
    heard.push(JSON.parse(String(data)))
    for (const wake of waiting.splice(0)) wake()
  })
  /** The first message of a type. */
  const message = async (type: string): Promise<Message> => {
    for (;;) {
      const found = heard.find(({ message_type }) => message_type === type)
      if (found) return found
      await new Promise<void>(resolve => waiting.push(resolve))
    }
  }
  const id = async () => String((await message('connection_ack')).ws_client_id)
  return { socket, heard, closed, message, id }
}
const success = { message_type: 'success', provider_config_key: 'crm', connection_id: 'c', is_pending: false }

describe('the socket of a sign-in', () => {
  it('gives an id that nobody guesses, and tells what is told to that id alone', async () => {
    const { sockets, port } = await start()
    const [one, other] = [client(port), client(port)]
    const ids = [await one.id(), await other.id()]
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(ids).size).toBe(2)
    await sockets.tell('nobody', success)
    await sockets.tell(ids[0]!, success)
    expect(await one.message('success')).toEqual(success)
    expect(await one.closed).toBe(1000)
    expect(other.heard).toHaveLength(1)
    // Once told it is over.
    await sockets.tell(ids[0]!, success)
  })

  it('sends something again and again, so that no proxy cuts it', async () => {
    const { port } = await start({ times: { ping: 20, unused: 60_000, longest: 60_000 } })
    const { message } = client(port)
    expect(await message('ping')).toEqual({ message_type: 'ping' })
  })

  it('is told that its time is over: soon where no sign-in began, later where one did', async () => {
    let time = 0
    const { sockets, port } = await start({ times: { ping: 20, unused: 1_000, longest: 5_000 }, now: () => time })
    const [unused, used] = [client(port), client(port)]
    await unused.id()
    await sockets.tell(await used.id(), STARTED)
    time = 1_000
    expect(await unused.message('error')).toMatchObject({ error_type: 'sign_in_over', error_desc: expect.any(String) })
    await unused.closed
    expect(used.socket.readyState).toBe(WebSocket.OPEN)
    time = 5_000
    expect(await used.message('error')).toMatchObject({ error_type: 'sign_in_over' })
  })

  it('is let go where the other side does not answer any more', async () => {
    const { sockets, port } = await start({
      most: { all: 1, network: 1 },
      times: { ping: 20, unused: 60_000, longest: 60_000 },
    })
    // A peer that sends the handshake and then reads and answers nothing.
    const mute: Socket = connect(port, '127.0.0.1', () =>
      mute.write(
        'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      ),
    )
    const ended = new Promise(resolve => mute.on('close', resolve))
    mute.on('error', () => {}).on('data', () => {})
    await ended
    // Its place is free again.
    const { id } = client(port)
    await sockets.tell(await id(), success)
  })

  it.each([
    ['all', { all: 2, network: 9 }, undefined],
    ['one network', { all: 9, network: 2 }, 'one'],
  ])('tells those that are too many of %s, since a client that is refused waits for ever', async (_, most, network) => {
    const { port } = await start({ most, networkOf: () => network })
    const first = client(port)
    await first.id()
    await client(port).id()
    const third = client(port)
    expect(await third.message('error')).toMatchObject({ error_type: 'too_many_sign_ins' })
    expect(await third.closed).toBe(1013)
    // A place that is left can be taken.
    first.socket.close()
    await first.closed
    await expect
      .poll(async () => {
        const next = client(port)
        const seen = await Promise.race([next.id().then(() => 'in'), next.message('error').then(() => 'out')])
        if (seen === 'out') next.socket.terminate()
        return seen
      })
      .toBe('in')
  })

  it.each([
    ['a short message', 'x', 1008],
    ['a long one', 'x'.repeat(65), 1009],
  ])('takes no message: %s ends it', async (_, text, code) => {
    const { port } = await start()
    const { socket, closed, id } = client(port)
    await id()
    socket.send(text)
    expect(await closed).toBe(code)
  })

  it('is told when the process stops', async () => {
    const { listener, port } = await start()
    const { message, closed, id } = client(port)
    await id()
    const stopped = listener.close(false)
    expect(await message('error')).toMatchObject({ error_type: 'gateway_stopping' })
    expect(await closed).toBe(1001)
    await stopped
  })
})

describe('what is no socket of a sign-in is answered as ever', () => {
  it.each([
    ['another path', '/contacts', 'websocket'],
    ['HTTP/2 in place of 1.1, as some clients ask with every request', '/', 'h2c'],
  ])('%s', async (_, path, upgrade) => {
    const { port } = await start()
    const said = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${upgrade}\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 2\r\n\r\nok`,
        ),
      )
      socket.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        if (text.includes('}')) socket.destroy()
      })
      socket.on('close', () => resolve(text))
    })
    expect(said).toMatch(/^HTTP\/1\.1 200 /)
    expect(said).toContain(`{"plain":"${path}","body":"ok"}`)
  })

  it('a socket at another path is refused', async () => {
    const { port } = await start()
    expect(await client(port, '/connect').closed).toBe(0)
  })

  it('a plain GET', async () => {
    const { port } = await start()
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toEqual({ plain: '/', body: '' })
  })
})

describe('networks', () => {
  // RFC 4291, 2.2: how IPv6 addresses are written; RFC 6890: which are private.
  it.each([
    ['8.8.8.8', '8.8.8.8'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['10.1.2.3', undefined],
    ['::ffff:192.168.0.7', undefined],
    ['2a00:1450:4001:81b::200e', '2a00:1450:4001:81b'],
    ['2a00:1450:4001:81b:1:2:3:4', '2a00:1450:4001:81b'],
    ['2a00::1', '2a00:0:0:0'],
    ['2a00::4001:81b:1:2:3:4', '2a00:0:4001:81b'],
    ['', undefined],
  ])('%s is of %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
