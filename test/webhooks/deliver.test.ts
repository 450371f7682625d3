import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { add, outbox, receiver, START } from './outbox.ts'

let box: Awaited<ReturnType<typeof outbox>>
let here: Awaited<ReturnType<typeof receiver>>
let environment: string
beforeEach(async () => {
  here = await receiver()
  box = await outbox()
  environment = await box.tenant('one', here.url)
})
afterEach(async () => {
  await here.close()
  await box.close()
})
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]
const outcomes = () => box.entries.map(({ status, code, attempt }) => [status, code, attempt])

it('is sent once, signed so that the library of the standard accepts it, and forgotten', async () => {
  const { store, deliver } = box
  box.clock.now = Date.now()
  await add(store, environment, 'msg_1')
  await deliver()
  await deliver()
  expect(here.came.map(({ body }) => body)).toEqual(['{"id":"msg_1"}'])
  const [{ key } = { key: '' }] = await store.webhookKeys.inForce(environment)
  const headers = Object.fromEntries(here.came[0]!.headers)
  expect(new Webhook(key).verify('{"id":"msg_1"}', headers)).toEqual({ id: 'msg_1' })
  expect(() => new Webhook(key).verify('{"id":"msg_2"}', headers)).toThrow()
  expect(headers).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' })
  expect(headers['content-length']).toBe('14')
  expect(outcomes()).toEqual([[200, undefined, 1]])
  expect(await store.outbox.nextDue()).toBeUndefined()
})

it('is sent again by the schedule of the standard until it arrives; the time that it was signed at moves on', async () => {
  const { store, deliver, clock } = box
  const statuses = [500, 302, 404, 503, 401, 400, 307, 429, 599]
  here.answers.push(
    ...statuses.map(status => () => new Response('', { status, headers: { location: 'http://127.0.0.1/' } })),
  )
  await add(store, environment, 'msg_1')
  const pauses = [
    0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ]
  for (const pause of pauses) {
    clock.now += pause - 1
    await deliver()
    clock.now += 1
    await deliver()
  }
  expect(box.entries.map(({ status }) => status)).toEqual([...statuses, 200])
  expect(box.entries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(new Set(here.came.map(({ headers }) => headers.get('webhook-id')))).toEqual(new Set(['msg_1']))
  const times = here.came.map(({ headers }) => Number(headers.get('webhook-timestamp')))
  expect(new Set(times).size).toBe(10)
})

describe('the receiver asks to wait', () => {
  it.each([
    ['60', 60 * SECOND],
    ['Thu, 01 Jan 2026 00:10:00 GMT', 10 * MINUTE],
    // Less than the schedule waits anyway, and more than anybody should.
    ['1', 5 * SECOND],
    ['99999999999999999999', 24 * HOUR],
    ['nonsense', 5 * SECOND],
  ])('Retry-After: %s', async (value, wait) => {
    const { store, deliver } = box
    here.answers.push(() => new Response('', { status: 429, headers: { 'retry-after': value } }))
    await add(store, environment, 'msg_1')
    await deliver()
    expect(await store.outbox.nextDue()).toBe(START + wait)
  })
})

it('is given up after ten attempts, and at once where the receiver is gone', async () => {
  const { store, deliver, clock } = box
  here.answers.push(...Array.from({ length: 10 }, () => () => new Response('', { status: 400 })))
  await add(store, environment, 'msg_1')
  for (let n = 0; n < 20; n++) {
    await deliver()
    clock.now = (await store.outbox.nextDue()) ?? clock.now
  }
  expect(box.entries).toHaveLength(10)
  expect(await store.outbox.nextDue()).toBeUndefined()
  here.answers.push(() => new Response('', { status: 410 }))
  await add(store, environment, 'msg_2')
  await deliver()
  expect(outcomes().at(-1)).toEqual([410, 'provider-rejected', 1])
  expect(await store.outbox.nextDue()).toBeUndefined()
})

it('is kept for five days at most', async () => {
  const { store, deliver, clock } = box
  await add(store, environment, 'msg_1')
  clock.now += 120 * HOUR - 1
  await add(store, environment, 'msg_2')
  await deliver()
  expect(here.came).toHaveLength(2)
  await add(store, environment, 'msg_3')
  clock.now += 120 * HOUR
  await deliver()
  expect(here.came).toHaveLength(2)
  clock.now += 1
  expect(await store.purge()).toMatchObject({ webhook_deliveries: 1 })
  expect(await store.outbox.nextDue()).toBeUndefined()
})

it('goes to the address that the environment has by then; without one it is given up', async () => {
  const { store, deliver, clock } = box
  const other = await receiver()
  here.answers.push(() => new Response('', { status: 404 }))
  await add(store, environment, 'msg_1')
  await deliver()
  await store.environments.change(environment, { webhook_url: other.url })
  clock.now += 5 * SECOND
  await deliver()
  expect(other.came.map(({ body }) => body)).toEqual(['{"id":"msg_1"}'])
  await add(store, environment, 'msg_2')
  await store.environments.change(environment, { webhook_url: null })
  await deliver()
  expect(outcomes().at(-1)).toEqual([undefined, 'webhook-url-missing', 1])
  expect(await store.outbox.nextDue()).toBeUndefined()
  await other.close()
})

it('an answer of many bytes is not read to its end', async () => {
  const { store, deliver } = box
  let given = 0
  here.answers.push(
    () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            given += 65_536
            controller.enqueue(new Uint8Array(65_536))
          },
        }),
      ),
  )
  await add(store, environment, 'msg_1')
  await deliver()
  expect(outcomes()).toEqual([[200, undefined, 1]])
  // What the sockets of both sides hold is some megabytes; the receiver would never end.
  expect(given).toBeLessThan(64 * 1_048_576)
})

describe('of several processes', () => {
  it('one sends it', async () => {
    const processes = [box, box.open(), box.open()]
    for (let n = 0; n < 50; n++) await add(box.store, environment, `msg_${n}`)
    await Promise.all(processes.map(({ deliver }) => deliver()))
    expect(here.came).toHaveLength(50)
  })

  it('another sends what one that was killed had claimed, once the claim is over', async () => {
    const { store, deliver, clock } = box
    await add(store, environment, 'msg_1')
    // The killed process got as far as this.
    expect(await store.outbox.claim(['msg_1'], 45_000)).toHaveLength(1)
    expect(await store.outbox.claim(['msg_1'], 45_000)).toEqual([])
    await deliver()
    expect(here.came).toHaveLength(0)
    clock.now += 45_000
    await deliver()
    expect(here.came).toHaveLength(1)
  })
})

describe('receivers that hang', () => {
  const hang = () => new Promise<Response>(() => {})
  const hanging = async () => {
    const made = await receiver()
    made.answers.push(...Array.from({ length: 500 }, () => hang))
    return made
  }
  /** Delivers until the signal; answers how it ends. */
  const staying = (deliver: typeof box.deliver) => {
    const [stop, cut] = [new AbortController(), new AbortController()]
    const ended = deliver({ stays: true, stop: stop.signal, cut: cut.signal })
    return async () => {
      stop.abort()
      cut.abort()
      await ended
    }
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
  }

  it('do not hold up the others of their environment, nor what comes later', async () => {
    const { store, deliver, webhooks } = box
    const bad = await hanging()
    for (let n = 0; n < 100; n++) await add(store, environment, `bad_${n}`, `${bad.url}/hook`)
    await add(store, environment, 'msg_1')
    const end = staying(deliver)
    await until(() => here.came.length === 1)
    const connection = { connection_id: 'c', provider_config_key: 'k', provider: 'p', tags: {}, end_user: null }
    await webhooks.auth({
      environment,
      connection: { ...connection, webhook_url_override: null },
      authMode: 'API_KEY',
      operation: 'creation',
      success: true,
    })
    await until(() => here.came.length === 2)
    await until(() => bad.came.length >= 12)
    // A fifth of the places, since nobody else wanted any.
    expect(bad.came.length).toBe(12)
    await end()
    await bad.close()
  })

  it('of many environments leave places for another one', async () => {
    const { store, deliver } = box
    const bad = await hanging()
    for (const name of ['a', 'b', 'c', 'd']) {
      const other = await box.tenant(name, bad.url)
      // Each with as many receivers as it likes.
      for (let n = 0; n < 40; n++) await add(store, other, `${name}_${n}`, `http://127.0.0.1:${1 + n}/`)
      for (let n = 0; n < 40; n++) await add(store, other, `${name}_own_${n}`)
    }
    const end = staying(deliver)
    await until(() => bad.came.length >= 12)
    await add(store, environment, 'msg_1')
    await until(() => here.came.length === 1)
    await end()
    await bad.close()
  })

  it('are given their time, and then tried again', async () => {
    const bad = await hanging()
    const { store, deliver } = box.open({ timeout: 50 })
    await add(store, environment, 'msg_1', bad.url)
    await deliver()
    expect(outcomes()).toEqual([[undefined, 'provider-timeout', 1]])
    expect(await store.outbox.nextDue()).toBe(START + 5 * SECOND)
    await bad.close()
  })

  it('are at rest after eight failures in a row: what is left is not sent, and loses no attempt', async () => {
    const { store, deliver, clock } = box
    here.answers.push(...Array.from({ length: 60 }, () => () => new Response('', { status: 500 })))
    for (let n = 0; n < 60; n++) await add(store, environment, `msg_${n}`)
    await deliver()
    // Eight, and those that were under way by then.
    expect(here.came.length).toBeLessThan(8 + 12 + 1)
    expect(box.entries).toHaveLength(here.came.length)
    here.answers.length = 0
    for (let n = 0; n < 60 && (await store.outbox.nextDue()) !== undefined; n++) {
      clock.now += MINUTE
      await deliver()
    }
    expect(await store.outbox.nextDue()).toBeUndefined()
    expect(new Set(here.came.map(({ body }) => body)).size).toBe(60)
    expect(box.entries.every(({ attempt = 0 }) => attempt <= 2)).toBe(true)
  })
})

describe('an address that may not be called', () => {
  it.each([
    'http://127.0.0.1:9/',
    'https://[::1]/',
    'https://169.254.169.254/latest',
    'https://localhost/',
    'https://10.0.0.1/',
  ])('%s', async url => {
    const { store, deliver } = box.open({ allowPrivate: false })
    await add(store, environment, 'msg_1', url)
    await deliver()
    expect(outcomes()).toEqual([[undefined, 'provider-unreachable', 1]])
  })

  it('by what its name leads to', async () => {
    const asked: string[] = []
    const { store, deliver } = box.open({
      allowPrivate: false,
      lookup: ((name: string, _: unknown, done: (error: null, found: { address: string; family: 4 }[]) => void) => {
        asked.push(name)
        done(null, [
          { address: '93.184.215.14', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ])
      }) as never,
    })
    await add(store, environment, 'msg_1', 'https://hooks.example.com/')
    await deliver()
    expect(asked).toEqual(['hooks.example.com'])
    expect(outcomes()).toEqual([[undefined, 'provider-unreachable', 1]])
  })

  it('by where it redirects to', async () => {
    const inner = await receiver()
    here.answers.push(() => new Response('', { status: 307, headers: { location: inner.url } }))
    await add(box.store, environment, 'msg_1')
    await box.deliver()
    expect(inner.came).toEqual([])
    expect(outcomes()).toEqual([[307, 'provider-rejected', 1]])
    await inner.close()
  })
})

it('one that does not open any more does not keep the others from being sent', async () => {
  const { store, deliver, path, logged } = box
  await add(store, environment, 'msg_1')
  await add(store, environment, 'msg_2')
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(path)
  db.exec(
    "UPDATE webhook_deliveries SET sealed = (SELECT sealed FROM webhook_deliveries WHERE id = 'msg_2') WHERE id = 'msg_1'",
  )
  db.close()
  await deliver()
  expect(here.came.map(({ body }) => body)).toEqual(['{"id":"msg_2"}'])
  expect(logged).toMatchObject([{ storage: 'refused', id: 'msg_1' }])
})
