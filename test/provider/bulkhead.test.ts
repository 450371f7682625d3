import { describe, expect, it } from 'vitest'
import { createBulkhead, type Entry, type Errand, type Leave } from '../../src/provider/bulkhead.ts'
import { openClient } from './fake-sender.ts'

const errand = (connection: string, environment = 'one', host = 'api.example'): Errand => ({
  host,
  environment,
  connection,
})
const { signal } = new AbortController()
const isPlace = (entry: Entry | Promise<Entry>): entry is Leave => typeof entry === 'function'

/** Takes as many places as there are for an errand. */
function fill(bulkhead: ReturnType<typeof createBulkhead>, of: Errand): Leave[] {
  const taken: Leave[] = []
  for (;;) {
    const leaving = new AbortController()
    const entry = bulkhead.enter(of, leaving.signal)
    if (!isPlace(entry)) {
      leaving.abort()
      return taken
    }
    taken.push(entry)
  }
}

describe('the places of a host', () => {
  it('are a third for a connection alone, and two thirds for an environment alone', () => {
    const bulkhead = createBulkhead(96)
    const first = fill(bulkhead, errand('a'))
    expect(first).toHaveLength(32)
    const all = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap(name => fill(bulkhead, errand(name)))
    expect(first.length + all.length).toBe(64)
    // Whoever comes next, of another customer, finds some free.
    expect(fill(bulkhead, errand('z', 'two')).length).toBeGreaterThan(8)
    expect(fill(bulkhead, errand('y', 'three')).length).toBeGreaterThan(4)
  })

  it('are nobody else’s at another host', () => {
    const bulkhead = createBulkhead(6)
    fill(bulkhead, errand('a'))
    expect(fill(bulkhead, errand('a', 'one', 'other.example'))).toHaveLength(2)
  })

  it('go to those who wait in turns: environments, and their connections', async () => {
    const bulkhead = createBulkhead(1)
    const before = bulkhead.enter(errand('first'), signal) as Leave
    const order: string[] = []
    const ask = (environment: string, connection: string) =>
      Promise.resolve(bulkhead.enter(errand(connection, environment), signal)).then(entry => {
        order.push(connection)
        ;(entry as Leave)()
      })
    const all = [
      ...['a', 'a', 'a', 'b', 'b'].map(name => ask('one', name)),
      ...['c', 'c'].map(name => ask('two', name)),
    ]
    before()
    await Promise.all(all)
    expect(order).toEqual(['a', 'c', 'b', 'c', 'a', 'b', 'a'])
  })

  it('are not waited for longer than the caller does, and not given to who has gone', async () => {
    const bulkhead = createBulkhead(1)
    const leave = bulkhead.enter(errand('a'), signal) as Leave
    const leaving = new AbortController()
    const gone = bulkhead.enter(errand('b'), leaving.signal)
    const next = bulkhead.enter(errand('c'), signal)
    leaving.abort()
    expect(await gone).toBeUndefined()
    leave()
    expect(isPlace(await next)).toBe(true)
    expect(bulkhead.enter(errand('b'), leaving.signal)).toBeUndefined()
  })

  it('are waited for by so many of a connection, and of an environment, and no more', () => {
    const bulkhead = createBulkhead(1)
    bulkhead.enter(errand('a'), signal)
    const wait = (connection: string) => bulkhead.enter(errand(connection), signal)
    for (let i = 0; i < 256; i++) expect(wait('b')).toBeInstanceOf(Promise)
    expect(wait('b')).toBe('full')
    for (const name of ['c', 'd', 'e']) for (let i = 0; i < 256; i++) wait(name)
    expect(wait('f')).toBe('full')
    // Another environment has a queue of its own.
    expect(bulkhead.enter(errand('g', 'two'), signal)).toBeInstanceOf(Promise)
  })

  it('are forgotten with the last one who left, waited or was refused', async () => {
    const bulkhead = createBulkhead(2)
    for (let n = 0; n < 100; n++) {
      const leave = bulkhead.enter(errand(`a${n}`, 'one', `${n}.example`), signal) as Leave
      const other = bulkhead.enter(errand('b', 'two', `${n}.example`), signal)
      const leaving = new AbortController()
      const gone = bulkhead.enter(errand(`c${n}`, 'three', `${n}.example`), leaving.signal)
      leave()
      leave()
      leaving.abort()
      for (const entry of [await other, await gone]) if (isPlace(entry)) entry()
    }
    expect(bulkhead.size).toBe(0)
  })
})

describe.each(['send', 'stream'] as const)('a call: %s', kind => {
  it('that finds no place in its time was not sent, and says when to come again', async () => {
    const opened = openClient({ places: 1, answer: () => new Promise(() => {}) })
    void opened[kind]()
    const late = await opened[kind]({}, { connection: 'other', timeout: 20 })
    expect(late).toMatchObject({ failure: { code: 'overloaded', retry_after: 1, unsent: true } })
    expect(opened.sent).toHaveLength(1)
  })

  it('keeps no place while it pauses', async () => {
    const opened = openClient({
      places: 1,
      isSlow: true,
      replies: [{ status: 429, headers: { 'retry-after': '4' } }, { status: 200 }],
    })
    const leaving = new AbortController()
    const paused = opened[kind]({}, {}, { signal: leaving.signal })
    await expect.poll(() => opened.attempts.length).toBe(1)
    const other = await opened[kind]({}, { connection: 'other' })
    expect(other).toMatchObject({ response: { status: 200 } })
    leaving.abort()
    await paused
  })

  it('keeps no place whose signature is waited for', async () => {
    const opened = openClient({ places: 1 })
    void opened[kind]({}, { authorize: () => new Promise<never>(() => {}) })
    expect(await opened[kind]({}, { connection: 'other' })).toMatchObject({ response: { status: 200 } })
  })

  it.each(['reset', 'timeout', 'too-large', 'unreachable'] as const)('gives its place back after %s', async fault => {
    const opened = openClient({ places: 1, replies: [fault] })
    for (let i = 0; i < 3; i++) await opened[kind]({}, { timeout: 500 }, { repeatable: false, attempts: 1 })
    expect(opened.sent).toHaveLength(3)
  })

  it('for which there is no place says nothing to the circuit', async () => {
    const opened = openClient({
      places: 1,
      answer: async (_, n) => (n === 0 ? new Promise(() => {}) : { status: 200 }),
    })
    const leaving = new AbortController()
    void opened[kind]({}, {}, { signal: leaving.signal })
    for (let i = 0; i < 10; i++)
      expect(await opened[kind]({}, { timeout: 5 })).toMatchObject({ failure: { code: 'overloaded' } })
  })
})

describe('a stream', () => {
  const bodyOf = (result: Awaited<ReturnType<ReturnType<typeof openClient>['stream']>>) => {
    if ('failure' in result) throw new Error(result.failure.code)
    return result.response.body!
  }

  it('keeps its place until it was read to its end', async () => {
    const opened = openClient({ places: 1, replies: [{ status: 200, text: 'one' }] })
    const first = bodyOf(await opened.stream())
    expect(await opened.stream({}, { timeout: 20 })).toMatchObject({ failure: { code: 'overloaded' } })
    expect(await new Response(first).text()).toBe('one')
    const second = bodyOf(await opened.stream())
    await second.cancel()
    expect(await new Response(bodyOf(await opened.stream())).text()).toBe('one')
  })

  it('that nobody reads ends, and gives its place back', async () => {
    const opened = openClient({ places: 1, replies: [{ status: 200, text: 'one' }] })
    const unread = bodyOf(await opened.stream({}, { timeout: 30 }))
    await expect.poll(() => opened.cancelled).toEqual([0])
    await expect(new Response(unread).text()).rejects.toThrow()
    expect(await opened.stream()).toMatchObject({ response: { status: 200 } })
  })

  it('keeps no place that a call wants which is read whole', async () => {
    const opened = openClient({ places: 1, replies: [{ status: 200, text: 'one' }] })
    await opened.stream()
    expect(await opened.send()).toMatchObject({ response: { status: 200 } })
  })
})
