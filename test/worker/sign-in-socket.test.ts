import { applyD1Migrations, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { STARTED } from '../../src/http/sign-in/socket-messages.ts'

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))
afterEach(() => vi.useRealTimers())

type Message = Readonly<Record<string, unknown>>
/** What is used of a socket of workerd. */
interface Client extends WebSocket {
  accept(): void
}

/** A client that keeps what it hears. */
async function open(path = '/') {
  const answer = await exports.default.fetch(`http://gateway.example${path}`, { headers: { upgrade: 'websocket' } })
  const { webSocket: socket } = answer as unknown as { webSocket: Client | null }
  if (!socket) return { status: answer.status }
  const heard: Message[] = []
  const waiting: (() => void)[] = []
  socket.addEventListener('message', ({ data }) => {
    heard.push(JSON.parse(data))
    for (const wake of waiting.splice(0)) wake()
  })
  const closed = new Promise<number>(resolve => socket.addEventListener('close', ({ code }) => resolve(code)))
  socket.accept()
  const message = async (type: string): Promise<Message> => {
    for (;;) {
      const found = heard.find(({ message_type }) => message_type === type)
      if (found) return found
      await new Promise<void>(resolve => waiting.push(resolve))
    }
  }
  const { ws_client_id } = await message('connection_ack')
  return { status: answer.status, socket, heard, closed, message, id: String(ws_client_id) }
}
type Opened = Required<Awaited<ReturnType<typeof open>>>
const opened = async () => (await open()) as Opened
const objectOf = (id: string) => env.SIGN_IN_SOCKETS.getByName(id)
/** Whether anything is left of the object of a socket that nobody is at. */
const alarmOf = (id: string) =>
  runInDurableObject(objectOf(id) as never, (_, state) =>
    (state as never as { storage: { getAlarm(): Promise<number | null> } }).storage.getAlarm(),
  )

it('a client is told what comes of its sign-in, and nothing is left of it', async () => {
  const { status, id, message, closed, heard } = await opened()
  expect(status).toBe(101)
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  const success = { message_type: 'success', provider_config_key: 'crm', connection_id: 'c', is_pending: false }
  await objectOf(id).tell(success)
  expect(await message('success')).toEqual(success)
  expect(await closed).toBe(1000)
  expect(heard).toHaveLength(2)
  await expect.poll(() => alarmOf(id)).toBeNull()
})

it('it hears something again and again, also when the object was out of memory in between', async () => {
  const { id, message, closed } = await opened()
  await evictDurableObject(objectOf(id) as never)
  expect(await runDurableObjectAlarm(objectOf(id) as never)).toBe(true)
  expect(await message('ping')).toEqual({ message_type: 'ping' })
  await evictDurableObject(objectOf(id) as never)
  await objectOf(id).tell({ message_type: 'error', error_type: 'access_denied', error_desc: 'No.' })
  expect(await message('error')).toMatchObject({ error_type: 'access_denied' })
  await closed
})

it('it is told when its time is over: soon where no sign-in began, later where one did', async () => {
  const [unused, used] = [await opened(), await opened()]
  await objectOf(used.id).tell(STARTED)
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: now + 121_000 })
  await runDurableObjectAlarm(objectOf(unused.id) as never)
  await runDurableObjectAlarm(objectOf(used.id) as never)
  expect(await unused.message('error')).toMatchObject({ error_type: 'sign_in_over' })
  expect(await used.message('ping')).toEqual({ message_type: 'ping' })
  vi.setSystemTime(now + 1_800_001)
  await runDurableObjectAlarm(objectOf(used.id) as never)
  expect(await used.message('error')).toMatchObject({ error_type: 'sign_in_over' })
})

it('a client that goes, with a code or without, leaves nothing', async () => {
  for (const code of [undefined, 1000, 4000]) {
    const { id, socket } = await opened()
    socket.close(code)
    await expect.poll(() => alarmOf(id)).toBeNull()
    await objectOf(id).tell({ message_type: 'success' })
  }
})

it('a client that says something is let go', async () => {
  const { socket, closed } = await opened()
  socket.send('x')
  expect(await closed).toBe(1008)
})

it('another path is no socket, and a plain request to this one is what it was', async () => {
  expect((await open('/contacts')).status).toBe(401)
  expect((await exports.default.fetch('http://gateway.example/')).status).toBe(404)
})
